/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes pairs out of their rings. */
#ifndef REVOKE_H
#define REVOKE_H

#include <stddef.h>

/*
 * The pairs of all namespaces go through TCP again if one of their sockets is in this cgroup or below it (-1: in any) and
 * has one of these ports on either side (none: any).
 */
void revoke_pairs_of(int cgroup_fd, const unsigned int *ports, size_t port_count);

#endif
