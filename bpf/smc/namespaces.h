/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NAMESPACES_H
#define NAMESPACES_H

/* Calls in the caller's network namespace, and in each that `ip netns` made. */
void in_each_namespace(void (*call)(void *context), void *context);

#endif
