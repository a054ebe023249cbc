// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the instructions that a guest executes, by the address of the translated block they stand in.
 *
 * The guest says when: zerohop-mark executes a no-op that carries one of two numbers no compiler emits. "start"
 * zeroes the counts, "stop" writes them to OUT.0, OUT.1 and so on, a line a block:
 *
 *	ADDRESS INSTRUCTIONS
 *
 * where blocks of user space, whose addresses mean nothing across processes, are summed under address 0.
 * A block that ends early by an exception is counted whole; under icount that was below 0.1 %.
 *
 * Use: -plugin profile.so,out=PATH
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

#define EXPORT __attribute__((visibility("default")))
#define KERNEL_START 0xffff800000000000ull
#define MARK_START 0x5a480001u
#define MARK_STOP 0x5a480002u

EXPORT int qemu_plugin_version = PLUGIN_API;

struct block {
	uint64_t address;
	uint64_t instructions;
	uint64_t executed;
	struct block *next;
};

static struct block *blocks;
static pthread_mutex_t blocks_lock = PTHREAD_MUTEX_INITIALIZER;
static const char *out_path;
static unsigned int windows;

static void count(unsigned int vcpu, void *data)
{
	struct block *block = data;

	(void)vcpu;
	__atomic_fetch_add(&block->executed, 1, __ATOMIC_RELAXED);
}

static void start_window(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	pthread_mutex_lock(&blocks_lock);
	for (struct block *b = blocks; b; b = b->next)
		__atomic_store_n(&b->executed, 0, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&blocks_lock);
}

static int write_window(FILE *out)
{
	uint64_t user = 0;

	for (struct block *b = blocks; b; b = b->next) {
		uint64_t spent = __atomic_load_n(&b->executed, __ATOMIC_RELAXED) * b->instructions;

		if (b->address < KERNEL_START)
			user += spent;
		else if (spent)
			fprintf(out, "%" PRIx64 " %" PRIu64 "\n", b->address, spent);
	}
	return fprintf(out, "0 %" PRIu64 "\n", user) < 0 ? -1 : 0;
}

static void stop_window(unsigned int vcpu, void *data)
{
	char path[4096];
	FILE *out;

	(void)vcpu;
	(void)data;
	pthread_mutex_lock(&blocks_lock);
	snprintf(path, sizeof(path), "%s.%u", out_path, windows++);
	out = fopen(path, "w");
	if (!out || write_window(out) || fclose(out)) {
		fprintf(stderr, "profile: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	pthread_mutex_unlock(&blocks_lock);
}

/* nopl disp32(%rax): 0f 1f 80, then the number. */
static uint32_t mark_of(const struct qemu_plugin_insn *insn)
{
	uint8_t bytes[7];
	uint32_t number;

	if (qemu_plugin_insn_size(insn) != sizeof(bytes))
		return 0;
#if PLUGIN_API >= 3
	qemu_plugin_insn_data(insn, bytes, sizeof(bytes));
#else
	memcpy(bytes, qemu_plugin_insn_data(insn), sizeof(bytes));
#endif
	if (bytes[0] != 0x0f || bytes[1] != 0x1f || bytes[2] != 0x80)
		return 0;
	memcpy(&number, bytes + 3, sizeof(number));
	return number;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *block = malloc(sizeof(*block));

	(void)id;
	if (!block) {
		fprintf(stderr, "profile: out of memory\n");
		exit(1);
	}
	*block = (struct block){ .address = qemu_plugin_tb_vaddr(tb), .instructions = n };
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t mark = mark_of(insn);

		if (mark == MARK_START)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, start_window, QEMU_PLUGIN_CB_NO_REGS, NULL);
		else if (mark == MARK_STOP)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, stop_window, QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
	pthread_mutex_lock(&blocks_lock);
	block->next = blocks;
	blocks = block;
	pthread_mutex_unlock(&blocks_lock);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count, QEMU_PLUGIN_CB_NO_REGS, block);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "profile: give out=PATH\n");
		return -1;
	}
	out_path = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return out_path ? 0 : -1;
}
