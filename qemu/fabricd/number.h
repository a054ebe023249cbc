/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FABRICD_NUMBER_H
#define FABRICD_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits and nothing else, from least to most; false otherwise. */
bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *value);

/* Bytes, or so many K, M, G or T, which are powers of 1024; false otherwise. */
bool parse_size(const char *text, uint64_t *bytes);

#endif
