// SPDX-License-Identifier: Apache-2.0
/*
 * zerohop-mark start|stop: marks the begin or the end of the measured window for a profiling QEMU
 * (qemu/plugin/profile.c). Otherwise the two instructions do nothing.
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "start")) {
		asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x5a480001");
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "stop")) {
		asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x5a480002");
		return 0;
	}
	fprintf(stderr, "use: zerohop-mark start|stop\n");
	return 2;
}
