// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-cas: count in one memory from several hosts, and say what was lost
 *
 * Every host is told of each of its increments whether it took effect; the
 * memory must hold exactly as many as all hosts were told. One line a host.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include "fabric.h"
#include "numbers.h"
#include "options.h"

static void clear(struct shared *shared)
{
	int i;

	__atomic_store_n(&shared->lock.value, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&shared->guarded.value, 0, __ATOMIC_SEQ_CST);
	for (i = 0; i < MOST_WORDS; i++)
		__atomic_store_n(&shared->words[i].value, 0, __ATOMIC_SEQ_CST);
	clear_kinds(shared);
}

static void report(const struct party *party, const struct plan *plan, const struct done *done,
		   uint64_t acknowledged, uint64_t final, enum form form)
{
	double seconds = done->elapsed_ns / 1e9;
	int64_t lost = acknowledged - final;

	if (form == PROSE) {
		printf("host %u: %" PRIu64 " of %" PRIu64 " operations in %.3f s; all hosts together "
		       "%" PRIu64 ", in memory %" PRIu64 ": %" PRId64 " lost\n", party->host,
		       done->acknowledged, plan->ops, seconds, acknowledged, final, lost);
		return;
	}
	printf("{\"host\":%u,\"hosts\":%u,\"op\":\"%s\",\"words\":%u,\"ops\":%" PRIu64 ","
	       "\"acknowledged\":%" PRIu64 ",\"attempts\":%" PRIu64 ",\"contended\":%" PRIu64 ","
	       "\"gave_up\":%s,\"seconds\":%.6f,\"latency_ns_p50\":%" PRIu64 ","
	       "\"latency_ns_p99\":%" PRIu64 ",\"total_acknowledged\":%" PRIu64 ",\"final\":%" PRIu64 ","
	       "\"lost\":%" PRId64,
	       party->host, party->hosts, op_names[plan->op], plan->words, plan->ops,
	       done->acknowledged, done->attempts, done->contended, done->gave_up ? "true" : "false",
	       seconds, permille(&done->latency, 500), permille(&done->latency, 990), acknowledged, final,
	       lost);
	if (plan->op == OP_KINDS) {
		printf(",\"wrong\":");
		print_wrong_kinds(&done->kinds);
	}
	if (form == LINE_WITH_HISTOGRAM) {
		printf(",\"latency_ns\":");
		print_histogram(&done->latency);
	}
	printf("}\n");
}

/* How hosts in lockstep come along when nothing is measured. */
static const struct schedule coarse = { .seed = 1, .quantum = 100000 };

static void in_order(const struct options *options, const struct schedule *schedule)
{
	if (options->schedule.quantum && !lockstep_barrier(schedule))
		errx(3, "--schedule is for hosts in lockstep: see docs/lockstep.md");
}

int main(int argc, char **argv)
{
	struct party party = {
		.host = from_environment("HOST_INDEX", 0, MOST_HOSTS),
		.hosts = from_environment("HOST_COUNT", 1, MOST_HOSTS),
	};
	struct plan plan = { .op = OP_CAS, .ops = 100000, .timed_one_in = 64, .words = 1 };
	static struct done done;
	struct options options = { .device = "/dev/fabric", .seconds = 60, .form = PROSE };
	uint64_t acknowledged = 0, final, gave_up = 0;
	struct slot *slot;
	unsigned int i;

	parse(argc, argv, &party, &plan, &options);
	party.shared = map_fabric_page(options.device, options.offset);
	party.deadline_ns = now_ns() + options.seconds * UINT64_C(1000000000);
	slot = &party.shared->slots[party.host];
	party.fabric_round = fabric_round();
	begin_meetings(&party, options.round);

	if (!meet(&party))
		errx(3, "the other hosts did not come within %" PRIu64 " s", options.seconds);
	if (party.host == 0)
		clear(party.shared);
	if (!meet(&party))
		errx(3, "the other hosts did not begin within %" PRIu64 " s", options.seconds);

	/* All are here: this sets their order, and one instant to begin at. */
	in_order(&options, &options.schedule);
	work(&party, &plan, &done);
	in_order(&options, &coarse);
	__atomic_store_n(&slot->acknowledged, done.acknowledged, __ATOMIC_SEQ_CST);
	__atomic_store_n(&slot->gave_up, done.gave_up, __ATOMIC_SEQ_CST);
	if (plan.op == OP_KINDS)
		publish_kinds(party.shared, &done.kinds);

	/* The others may be as late as we are. */
	party.deadline_ns += UINT64_C(10000000000);
	if (!meet(&party))
		errx(3, "the other hosts did not finish within %" PRIu64 " s", options.seconds + 10);
	for (i = 0; i < party.hosts; i++) {
		acknowledged += party.shared->slots[i].acknowledged;
		gave_up += party.shared->slots[i].gave_up;
	}
	final = total(party.shared, &plan);
	if (plan.op == OP_KINDS)
		judge_kinds(&party, &done.kinds, acknowledged);
	report(&party, &plan, &done, acknowledged, final, options.form);
	if (!meet(&party))
		errx(3, "the other hosts did not read the result");

	if (final != acknowledged || wrong_kinds(&done.kinds))
		return 1;
	return gave_up ? 4 : 0;
}
