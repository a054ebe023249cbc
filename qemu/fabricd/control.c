// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "control.h"
#include "profile.h"

static const char *const op_names[FABRIC_OPS] = {
	[FABRIC_LOAD] = "load", [FABRIC_STORE] = "store", [FABRIC_FENCE] = "fence",
	[FABRIC_CMPXCHG] = "cmpxchg", [FABRIC_XCHG] = "xchg", [FABRIC_ADD] = "add",
	[FABRIC_AND] = "and", [FABRIC_OR] = "or", [FABRIC_XOR] = "xor",
};

static void print_host(const struct host *host, int index)
{
	int op, bucket, last = BUCKETS;

	printf("{\"host\":%d,\"connected\":%s,\"operations\":{", index,
	       host->connected ? "true" : "false");
	for (op = 0; op < FABRIC_OPS; op++)
		printf("%s\"%s\":%" PRIu64, op ? "," : "", op_names[op], host->done[op]);
	printf("},\"bytes\":%" PRIu64 ",\"cas_failed\":%" PRIu64 ",\"held_log2_ns\":[",
	       host->bytes, host->cas_failed);
	while (last && !host->held_ns[last - 1])
		last--;
	for (bucket = 0; bucket < last; bucket++)
		printf("%s%" PRIu64, bucket ? "," : "", host->held_ns[bucket]);
	printf("]}");
}

static void print_stats(const struct server *server)
{
	const char *separator = "";
	int i;

	printf("{\"event\":\"stats\",\"hosts\":[");
	for (i = 0; i < FABRIC_MAX_HOSTS; i++) {
		if (!server->hosts[i].connected && !host_total(&server->hosts[i]))
			continue;
		printf("%s", separator);
		print_host(&server->hosts[i], i);
		separator = ",";
	}
	printf("]}\n");
}

/* -1 if it names none */
static int order(struct host *host, const char *verb, const char *number, const char *when)
{
	if (!strcmp(verb, "latency") && *number) {
		host->latency_ns = strtoull(number, NULL, 10);
		host->ps_per_byte = 0;
	} else if (!strcmp(verb, "profile")) {
		return profile_apply(host, number) ? 0 : -1;
	} else if (!strcmp(verb, "pause")) {
		host->paused = true;
	} else if (!strcmp(verb, "resume")) {
		host->paused = false;
	} else if (!strcmp(verb, "stop") && (!strcmp(when, "before") || !strcmp(when, "after"))) {
		host->stop_at = strtoull(number, NULL, 10);
		host->stop_after_effect = !strcmp(when, "after");
	} else {
		return -1;
	}
	return 0;
}

void control_line(struct server *server, const char *line)
{
	char verb[16] = "", target[16] = "", number[40] = "", when[8] = "", *end;
	bool all;
	unsigned long index;
	int i, unknown;

	sscanf(line, "%15s %15s %39s %7s", verb, target, number, when);
	if (!strcmp(verb, "stats")) {
		print_stats(server);
		return;
	}
	all = !strcmp(target, "all");
	index = strtoul(target, &end, 10);
	unknown = !all && (!*target || *end || index >= FABRIC_MAX_HOSTS);
	for (i = 0; i < FABRIC_MAX_HOSTS && !unknown; i++)
		if (all || (unsigned long)i == index)
			unknown = order(&server->hosts[i], verb, number, when);
	printf("{\"event\":\"%s\"}\n", unknown ? "unknown" : "done");
}
