// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-litmus: a few instructions on several hosts at once, over and over,
 * and what they saw of each other
 *
 * Every host prints the table of all hosts' outcomes; the harness knows which
 * of them the fabric's memory model forbids (harness/src/checks/fabric/litmus.ts).
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fabric.h"
#include "litmus.h"
#include "numbers.h"

static void *play_thread(void *party)
{
	play(party);
	return NULL;
}

static void report(const struct party *party, unsigned int host, unsigned int hosts,
		   uint64_t elapsed_ns)
{
	const struct table *table = &party->table;
	unsigned int i;

	printf("{\"test\":\"%s\",\"host\":%u,\"hosts\":%u,\"parties\":%u,\"rounds\":%" PRIu64 ","
	       "\"complete\":%s,\"seconds\":%.3f,\"outcomes\":{", party->plan->test->name, host,
	       hosts, party->plan->parties, table->rounds, party->complete ? "true" : "false",
	       elapsed_ns / 1e9);
	for (i = 0; i < table->outcomes; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "", table->rows[i].text, table->rows[i].times);
	printf("}}\n");
}

static void parse(int argc, char **argv, struct plan *plan, const char **device,
		  uint64_t *seconds, unsigned int *host, unsigned int *hosts)
{
	static const struct option options[] = {
		{ "test", required_argument, NULL, 't' },
		{ "rounds", required_argument, NULL, 'n' },
		{ "until", required_argument, NULL, 'u' },
		{ "seconds", required_argument, NULL, 's' },
		{ "device", required_argument, NULL, 'd' },
		{ "host", required_argument, NULL, 'i' },
		{ "hosts", required_argument, NULL, 'm' },
		{ },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 't': plan->test = find_test(optarg); break;
		case 'n': plan->rounds = number(optarg, "--rounds", 1, UINT32_MAX); break;
		case 'u': plan->until = optarg; break;
		case 's': *seconds = number(optarg, "--seconds", 1, 86400); break;
		case 'd': *device = optarg; break;
		case 'i': *host = number(optarg, "--host", 0, MOST_PARTIES - 1); break;
		case 'm': *hosts = number(optarg, "--hosts", 1, MOST_PARTIES); break;
		default: errx(2, "see docs/fabric.md");
		}
	}
	if (!plan->test) {
		fprintf(stderr, "zerohop-litmus: give --test one of\n");
		list_tests();
		exit(2);
	}
	if (optind < argc)
		errx(2, "what is %s for?", argv[optind]);
	if (*host >= *hosts)
		errx(2, "host %u of %u?", *host, *hosts);
}

int main(int argc, char **argv)
{
	unsigned int host = from_environment("HOST_INDEX", 0, MOST_PARTIES);
	unsigned int hosts = from_environment("HOST_COUNT", 1, MOST_PARTIES);
	struct plan plan = { .rounds = 10000 };
	const char *device = "/dev/fabric";
	static struct party parties[MOST_PARTIES];
	pthread_t threads[MOST_PARTIES];
	unsigned int index, mine = 0, i;
	uint64_t seconds = 60, began = now_ns();
	struct arena *arena;

	parse(argc, argv, &plan, &device, &seconds, &host, &hosts);
	plan.parties = plan.test->parties ? plan.test->parties : hosts;
	plan.soft_deadline_ns = began + seconds * UINT64_C(1000000000);
	plan.deadline_ns = plan.soft_deadline_ns + UINT64_C(15000000000);
	arena = map_fabric_page(device, FABRIC_PAGE);
	plan.first_round = begin_run(arena, host, fabric_round());
	expect_refusals();

	/* Where there are fewer hosts than parties, each has several. */
	for (index = host; index < plan.parties; index += hosts) {
		parties[mine] = (struct party){ .arena = arena, .plan = &plan, .index = index };
		if (pthread_create(&threads[mine], NULL, play_thread, &parties[mine]))
			errx(3, "cannot start a thread");
		mine++;
	}
	for (i = 0; i < mine; i++)
		pthread_join(threads[i], NULL);
	if (!mine)
		return 0;
	report(&parties[0], host, hosts, now_ns() - began);
	return parties[0].complete ? 0 : 3;
}
