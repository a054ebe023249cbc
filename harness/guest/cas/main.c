// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-cas: count in one memory from several hosts, and say what was lost
 *
 * Every host is told of each of its increments whether it took effect; the
 * memory must hold exactly as many as all hosts were told. One line a host.
 */
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "work.h"

#define SPAN (2 << 20)		/* one page of a DAX device */

static const char *const op_names[] = {
	[OP_CAS] = "cas", [OP_ADD] = "add", [OP_LOCK] = "lock", [OP_SLOTS] = "slots",
};

static uint64_t number(const char *text, const char *what, uint64_t least, uint64_t most)
{
	char *end;
	uint64_t value = strtoull(text, &end, 10);

	if (!*text || *end || value < least || value > most)
		errx(2, "%s: %s is no number from %" PRIu64 " to %" PRIu64, what, text, least, most);
	return value;
}

static unsigned int from_environment(const char *name, unsigned int otherwise)
{
	const char *value = getenv(name);

	return value ? number(value, name, 0, MOST_HOSTS) : otherwise;
}

static struct shared *map_device(const char *path)
{
	int fd = open(path, O_RDWR);
	void *memory;

	if (fd < 0)
		err(3, "%s", path);
	memory = mmap(NULL, SPAN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(3, "%s: cannot map it", path);
	close(fd);
	return memory;
}

static void clear(struct shared *shared)
{
	int i;

	__atomic_store_n(&shared->lock.value, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&shared->guarded.value, 0, __ATOMIC_SEQ_CST);
	for (i = 0; i < MOST_WORDS; i++)
		__atomic_store_n(&shared->words[i].value, 0, __ATOMIC_SEQ_CST);
}

static void report(const struct party *party, const struct plan *plan, const struct done *done,
		   uint64_t acknowledged, uint64_t final, bool json)
{
	double seconds = done->elapsed_ns / 1e9;
	int64_t lost = acknowledged - final;

	if (!json) {
		printf("host %u: %" PRIu64 " of %" PRIu64 " operations in %.3f s; all hosts together "
		       "%" PRIu64 ", in memory %" PRIu64 ": %" PRId64 " lost\n", party->host,
		       done->acknowledged, plan->ops, seconds, acknowledged, final, lost);
		return;
	}
	printf("{\"host\":%u,\"hosts\":%u,\"op\":\"%s\",\"words\":%u,\"ops\":%" PRIu64 ","
	       "\"acknowledged\":%" PRIu64 ",\"attempts\":%" PRIu64 ",\"contended\":%" PRIu64 ","
	       "\"gave_up\":%s,\"seconds\":%.6f,\"latency_ns_p50\":%" PRIu64 ","
	       "\"latency_ns_p99\":%" PRIu64 ",\"total_acknowledged\":%" PRIu64 ",\"final\":%" PRIu64 ","
	       "\"lost\":%" PRId64 "}\n",
	       party->host, party->hosts, op_names[plan->op], plan->words, plan->ops,
	       done->acknowledged, done->attempts, done->contended, done->gave_up ? "true" : "false",
	       seconds, done->latency_ns_p50, done->latency_ns_p99, acknowledged, final, lost);
}

static void parse(int argc, char **argv, struct party *party, struct plan *plan,
		  const char **device, uint64_t *seconds, bool *json)
{
	static const struct option options[] = {
		{ "ops", required_argument, NULL, 'n' },
		{ "op", required_argument, NULL, 'o' },
		{ "words", required_argument, NULL, 'w' },
		{ "contended", required_argument, NULL, 'c' },
		{ "device", required_argument, NULL, 'd' },
		{ "seconds", required_argument, NULL, 's' },
		{ "host", required_argument, NULL, 'i' },
		{ "hosts", required_argument, NULL, 'm' },
		{ "json", no_argument, NULL, 'j' },
		{ },
	};
	unsigned int op;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'n': plan->ops = number(optarg, "--ops", 1, UINT64_C(1) << 40); break;
		case 'w': plan->words = number(optarg, "--words", 1, MOST_WORDS); break;
		case 'c': plan->contended = number(optarg, "--contended", 0, UINT64_C(1) << 40); break;
		case 'd': *device = optarg; break;
		case 's': *seconds = number(optarg, "--seconds", 1, 86400); break;
		case 'i': party->host = number(optarg, "--host", 0, MOST_HOSTS - 1); break;
		case 'm': party->hosts = number(optarg, "--hosts", 1, MOST_HOSTS); break;
		case 'j': *json = true; break;
		case 'o':
			for (op = 0; op < 4 && strcmp(optarg, op_names[op]); op++)
				;
			if (op == 4)
				errx(2, "--op %s is none of cas, add, lock, slots", optarg);
			plan->op = op;
			break;
		default:
			errx(2, "see docs/fabric.md");
		}
	}
	if (optind < argc)
		errx(2, "what is %s for?", argv[optind]);
	if (party->host >= party->hosts)
		errx(2, "host %u of %u?", party->host, party->hosts);
}

int main(int argc, char **argv)
{
	struct party party = {
		.host = from_environment("HOST_INDEX", 0),
		.hosts = from_environment("HOST_COUNT", 1),
	};
	struct plan plan = { .op = OP_CAS, .ops = 100000, .words = 1 };
	struct done done = { 0 };
	const char *device = "/dev/fabric";
	uint64_t seconds = 60, acknowledged = 0, final, gave_up = 0;
	struct slot *slot;
	bool json = false;
	unsigned int i;

	parse(argc, argv, &party, &plan, &device, &seconds, &json);
	party.shared = map_device(device);
	party.deadline_ns = now_ns() + seconds * UINT64_C(1000000000);
	slot = &party.shared->slots[party.host];
	begin_meetings(&party);

	if (!meet(&party))
		errx(3, "the other hosts did not come within %" PRIu64 " s", seconds);
	if (party.host == 0)
		clear(party.shared);
	if (!meet(&party))
		errx(3, "the other hosts did not begin within %" PRIu64 " s", seconds);

	work(&party, &plan, &done);
	__atomic_store_n(&slot->acknowledged, done.acknowledged, __ATOMIC_SEQ_CST);
	__atomic_store_n(&slot->gave_up, done.gave_up, __ATOMIC_SEQ_CST);

	/* The others may be as late as we are. */
	party.deadline_ns += UINT64_C(10000000000);
	if (!meet(&party))
		errx(3, "the other hosts did not finish within %" PRIu64 " s", seconds + 10);
	for (i = 0; i < party.hosts; i++) {
		acknowledged += party.shared->slots[i].acknowledged;
		gave_up += party.shared->slots[i].gave_up;
	}
	final = total(party.shared, &plan);
	report(&party, &plan, &done, acknowledged, final, json);
	if (!meet(&party))
		errx(3, "the other hosts did not read the result");

	if (final != acknowledged)
		return 1;
	return gave_up ? 4 : 0;
}
