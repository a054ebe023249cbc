// SPDX-License-Identifier: GPL-2.0-only
/* One event on all CPUs: opened, started, stopped, read. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf.h"

/*
 * A halted CPU retires no instructions, but its clock runs. The kernel drops
 * clock samples that hit the idle task.
 */
static struct perf_event_attr attr_of(const struct event *event, bool sampled)
{
	return (struct perf_event_attr){
		.size = sizeof(struct perf_event_attr),
		.type = event->type,
		.config = event->config,
		.sample_period = sampled ? event->period : 0,
		.sample_type = sampled ? PERF_SAMPLE_IP : 0,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.exclude_idle = event->type == PERF_TYPE_SOFTWARE,
	};
}

struct counters open_counters(const struct event *event, bool sampled)
{
	struct perf_event_attr attr = attr_of(event, sampled);
	struct counters counters = { .event = event };
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	counters.fds = calloc(cpus, sizeof(*counters.fds));
	if (!counters.fds)
		err(1, "counters of %ld CPUs", cpus);
	for (long cpu = 0; cpu < cpus; cpu++) {
		int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

		if (fd < 0 && errno == ENODEV)
			continue;	/* this CPU is offline */
		if (fd < 0)
			err(STATUS_NOT_COUNTED, "the CPUs count no %s", event->name);
		counters.fds[counters.n++] = fd;
	}
	return counters;
}

static void tell_all(const struct counters *counters, unsigned long request)
{
	for (size_t i = 0; i < counters->n; i++)
		if (ioctl(counters->fds[i], request, 0))
			err(1, "counter %zu", i);
}

void start_counters(const struct counters *counters)
{
	tell_all(counters, PERF_EVENT_IOC_ENABLE);
}

void stop_counters(const struct counters *counters)
{
	tell_all(counters, PERF_EVENT_IOC_DISABLE);
}

void draw_period(const struct counters *counters)
{
	/* The rate of samples is drawn evenly around its mean, so that each stands for the mean period. */
	double rate = 0.5 + drand48();
	uint64_t period = counters->event->period / rate;

	for (size_t i = 0; i < counters->n; i++)
		if (ioctl(counters->fds[i], PERF_EVENT_IOC_PERIOD, &period))
			err(1, "period of counter %zu", i);
}

uint64_t read_counters(const struct counters *counters)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < counters->n; i++) {
		struct {
			uint64_t value, enabled_ns, running_ns;
		} count;

		if (read(counters->fds[i], &count, sizeof(count)) != sizeof(count))
			err(1, "counter %zu", i);
		if (count.running_ns != count.enabled_ns)
			errx(STATUS_NOT_COUNTED, "%s were counted for %lu of %lu ns: others use the counter",
			     counters->event->name, count.running_ns, count.enabled_ns);
		sum += count.value;
	}
	return sum;
}
