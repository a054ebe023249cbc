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
#define MESSAGE_BYTES sizeof(struct fabric_hello)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct server server = { 0 };
	struct session sessions[SESSIONS] = { 0 };
	int i;

	if (len && data[0] & 1) {
		server.secret = (const uint8_t *)"secret";
		server.secret_len = 6;
	}
	for (i = 0; i < FABRIC_SPACES; i++) {
		server.spaces[i].bytes = calloc(1, SIZE);
		server.spaces[i].size = SIZE;
	}

	for (; len > MESSAGE_BYTES; data += 1 + MESSAGE_BYTES, len -= 1 + MESSAGE_BYTES) {
		struct session *session = &sessions[data[0] % SESSIONS], *replaced = NULL;
		bool keep;

		memcpy(session->in.bytes, data + 1, MESSAGE_BYTES);
		if (session_wants(session) > MESSAGE_BYTES)
			abort();
		keep = session->state == SESSION_GREETED ?
			       session_hello(&server, session, &replaced) :
			       session_apply(&server, session);
		if (replaced)
			*replaced = (struct session){ 0 };
		if (keep) {
			if (session->state != SESSION_APPLIED || session->host >= FABRIC_MAX_HOSTS)
				abort();
			session->state = SESSION_IDLE;
			continue;
		}
		if (session->out.reply.status == FABRIC_OK)
			abort();
		if (session->state != SESSION_GREETED)
			server.hosts[session->host].session = NULL;
		*session = (struct session){ 0 };
	}
	for (i = 0; i < FABRIC_SPACES; i++)
		free(server.spaces[i].bytes);
	return 0;
}
