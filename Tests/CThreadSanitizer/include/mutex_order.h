#pragma once
// Nothing to be called: see mutex_order.c.
