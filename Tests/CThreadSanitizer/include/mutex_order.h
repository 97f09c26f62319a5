#pragma once
// Has no functions to call: see mutex_order.c.
