// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever hosts say, in any order: nothing outside the memory is touched, and
 * a session is in a state that the server knows.
 */
#include <stdlib.h>
#include <string.h>
#include "session.h"

#define SIZE 4096
#define SESSIONS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct server server = { 0 };
	struct session sessions[SESSIONS] = { 0 };

	if (len && data[0] & 1) {
		server.secret = (const uint8_t *)"secret";
		server.secret_len = 6;
	}
	server.memory.bytes = calloc(1, SIZE);
	server.memory.size = SIZE;

	for (; len > MESSAGE_BYTES; data += 1 + MESSAGE_BYTES, len -= 1 + MESSAGE_BYTES) {
		struct session *session = &sessions[data[0] % SESSIONS];
		bool keep;

		memcpy(session->in.bytes, data + 1, MESSAGE_BYTES);
		keep = session->state == SESSION_GREETED ? session_hello(&server, session)
							 : session_apply(&server, session);
		if (keep) {
			if (session->state != SESSION_APPLIED || session->host >= FABRIC_MAX_HOSTS)
				abort();
			session->state = SESSION_IDLE;
			continue;
		}
		if (session->reply.status == FABRIC_OK)
			abort();
		if (session->state != SESSION_GREETED)
			server.hosts[session->host].connected = false;
		*session = (struct session){ 0 };
	}
	free(server.memory.bytes);
	return 0;
}
