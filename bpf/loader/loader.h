/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The common part of every loader: the verbs `enable --cgroup DIR`, `disable` and `status [--json]` (some
 * have `list` and `revoke` too), and pins under /sys/fs/bpf/zerohop/NAME that keep the mechanism enabled after the loader
 * has ended.
 */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct argp;
struct bpf_link;
struct bpf_map;

struct loader {
	const char *name;
	const char *doc;
	/* The loader's own option for `enable`, or NULL: --OPTION NUMBER, required. */
	const char *option;
	const char *option_doc;
	/* Or several options with their parser; NULL: none. */
	const struct argp *own;
	void (*enable)(int cgroup_fd, uint64_t option);
	/* Undoes changes that no pin holds; may be NULL. */
	void (*disable)(void);
	void (*report)(void);
	/* Two verbs more, or NULL both; the second gets the cgroup that was named, or -1. */
	void (*list)(bool json);
	void (*revoke)(int cgroup_fd);
};

int loader_main(const struct loader *loader, int argc, char **argv);

void pin_link(struct bpf_link *link, const char *name);
void pin_map(struct bpf_map *map, const char *name);
/* Adds up the per-CPU copies of a pinned one-element map whose value is `count` words. */
void sum_counters(const char *name, uint64_t *words, size_t count);

void report_number(const char *name, uint64_t value);

__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

#endif
