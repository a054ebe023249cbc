/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Connections that come and go in every order, from several threads, in processes of which
 * some are killed and some run out of memory; and a balance of what the kernel has left of them.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

uint32_t below(uint64_t *state, uint32_t bound);
void sleep_ms(unsigned int ms);

/* open.c */
struct door { int fd, family; };
struct door open_door(uint64_t *random);
/* Both ends of a new connection; false where the kernel has no memory or port for one. */
bool open_connection(const struct door *door, int ends[2]);
/* A connection that its listener takes along before anybody accepts it. */
void abandon_connection(uint64_t *random);

/* end.c: does something to an end; true: it is closed now. */
bool act(int fd, uint64_t *random);

/* pool.c: `threads` threads that open and use connections until `left` is used up. */
void churn(unsigned int threads, uint64_t seed, atomic_long *left);

/* victims.c */
void write_file(const char *path, const char *text);
void prepare_cgroups(void);
pid_t start_process(const char *cgroup, bool hungry, uint64_t seed, atomic_long *left);
void remove_cgroups(void);
#define WORK_CGROUP "/sys/fs/cgroup/zerohop/churn"
#define HUNGRY_CGROUP "/sys/fs/cgroup/zerohop/churn-hungry"

/* balance.c */
struct balance {
	long pairs, unpairs, ring_bytes;
	long sockets, pages, dying_cgroups;	/* of TCP; of TCP's memory */
	long slab_kb;
};
struct balance take_balance(void);
/* Once no connection is left, or after a minute. */
struct balance settled_balance(long sockets);
bool is_balanced(const struct balance *before, const struct balance *after, long connections);

#endif
