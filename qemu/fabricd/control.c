// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "control.h"
#include "events.h"
#include "number.h"
#include "profile.h"

static const char *const op_names[FABRIC_OPS] = {
	[FABRIC_LOAD] = "load", [FABRIC_STORE] = "store", [FABRIC_FENCE] = "fence",
	[FABRIC_CMPXCHG] = "cmpxchg", [FABRIC_XCHG] = "xchg", [FABRIC_ADD] = "add",
	[FABRIC_AND] = "and", [FABRIC_OR] = "or", [FABRIC_XOR] = "xor",
};

static void print_host(const struct host *host, int index)
{
	int op, bucket, last = BUCKETS;

	tell("{\"host\":%d,\"connected\":%s,\"operations\":{", index,
	       host->session ? "true" : "false");
	for (op = 0; op < FABRIC_OPS; op++)
		tell("%s\"%s\":%" PRIu64, op ? "," : "", op_names[op], host->done[op]);
	tell("},\"bytes\":%" PRIu64 ",\"cas_failed\":%" PRIu64 ",\"held_log2_ns\":[",
	       host->bytes, host->cas_failed);
	while (last && !host->held_ns[last - 1])
		last--;
	for (bucket = 0; bucket < last; bucket++)
		tell("%s%" PRIu64, bucket ? "," : "", host->held_ns[bucket]);
	tell("]}");
}

static void print_stats(const struct server *server)
{
	const char *separator = "";
	int i;

	tell("{\"event\":\"stats\",\"hosts\":[");
	for (i = 0; i < FABRIC_MAX_HOSTS; i++) {
		if (!server->hosts[i].session && !host_total(&server->hosts[i]))
			continue;
		tell("%s", separator);
		print_host(&server->hosts[i], i);
		separator = ",";
	}
	tell("]}\n");
}

/* -1 if it names none */
static int order(struct host *host, const char *verb, const char *number, const char *when)
{
	uint64_t value;

	if (!strcmp(verb, "latency") && parse_number(number, 0, UINT64_MAX / 2, &value)) {
		host->latency_ns = value;
		host->ps_per_byte = 0;
	} else if (!strcmp(verb, "profile")) {
		return profile_apply(host, number) ? 0 : -1;
	} else if (!strcmp(verb, "pause")) {
		host->paused = true;
	} else if (!strcmp(verb, "resume")) {
		host->paused = false;
	} else if (!strcmp(verb, "stop") && parse_number(number, 1, UINT64_MAX, &value) &&
		   (!strcmp(when, "before") || !strcmp(when, "after"))) {
		host->stop_at = value;
		host->stop_after_effect = !strcmp(when, "after");
	} else {
		return -1;
	}
	return 0;
}

void control_line(struct server *server, const char *line)
{
	char verb[16] = "", target[16] = "", number[40] = "", when[8] = "";
	uint64_t index;
	bool all;
	int i, unknown;

	sscanf(line, "%15s %15s %39s %7s", verb, target, number, when);
	if (!strcmp(verb, "stats")) {
		print_stats(server);
		return;
	}
	all = !strcmp(target, "all");
	unknown = !all && !parse_number(target, 0, FABRIC_MAX_HOSTS - 1, &index);
	for (i = 0; i < FABRIC_MAX_HOSTS && !unknown; i++)
		if (all || (uint64_t)i == index)
			unknown = order(&server->hosts[i], verb, number, when);
	tell("{\"event\":\"%s\"}\n", unknown ? "unknown" : "done");
}
