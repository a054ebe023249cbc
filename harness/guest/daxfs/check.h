/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CHECK_H
#define CHECK_H

/* The verbs of the program. Each returns the exit status. */
int posix(int argc, char **argv);
int mapped(int argc, char **argv);
int fsx(int argc, char **argv);
int race(int argc, char **argv);
int huge(int argc, char **argv);
int storm(int argc, char **argv);
int images(int argc, char **argv);
int sharing(int argc, char **argv);
int cut(int argc, char **argv);

/* Parts of posix. */
void extended(void);
void types_of_names(void);
void edges(void);
void advice(void);

/* Prints "name: value", or the error's name where the value is -1. */
void show(const char *name, long value);

#endif
