/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NAMESPACES_H
#define NAMESPACES_H

/*
 * Calls in each network namespace that can be entered, once: the caller's, those of all
 * threads, and those that `ip netns` made.
 */
void in_each_namespace(void (*call)(void *context), void *context);

#endif
