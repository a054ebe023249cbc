// SPDX-License-Identifier: GPL-2.0-only
/*
 * zerohop-pingpong: one request, one response, one outstanding, over each medium that a
 * socket experiment compares. The client is this process, the server its child.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pingpong.h"

/* A slower spin means a wrong set-up: the two ends take turns on one CPU. */
#define SLOWEST_SPIN_PER_SECOND 1000

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "cannot run on CPU %d", cpu);
}

static void serve(struct meeting *meeting, const struct options *options, pid_t client)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != client)
		exit(1);
	pin(options->cpus[1]);
	meeting_join_server(meeting, options);
	if (meeting->server.fd != meeting->client.fd && meeting->client.fd >= 0)
		close(meeting->client.fd);
	run_server(&meeting->server);
	channel_close(&meeting->server);
	exit(0);
}

static void check_server(pid_t server)
{
	int status;

	if (waitpid(server, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		errx(1, "the server died of signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status))
		errx(1, "the server ended with status %d", WEXITSTATUS(status));
}

static void check_spin(const struct options *options, const struct result *result)
{
	double rate = (double)result->transactions / result->seconds;

	if (options->variant->spin && rate < SLOWEST_SPIN_PER_SECOND)
		errx(1, "%s ran at %.0f transactions/s; a spin below %d/s is no sample (do both CPUs run?)",
		    options->variant->name, rate, SLOWEST_SPIN_PER_SECOND);
}

int main(int argc, char **argv)
{
	struct options options;
	struct meeting meeting;
	struct result result;
	pid_t client, server;

	parse_options(argc, argv, &options);
	meeting_prepare(&meeting, &options);
	client = getpid();
	server = fork();
	if (server < 0)
		err(1, "fork");
	if (server == 0)
		serve(&meeting, &options, client);
	pin(options.cpus[0]);
	meeting_join_client(&meeting, &options);
	if (meeting.server.fd >= 0)
		close(meeting.server.fd);
	run_client(&meeting.client, &options, &result);
	channel_close(&meeting.client);
	check_server(server);
	check_spin(&options, &result);
	print_result(&options, &result);
	return 0;
}
