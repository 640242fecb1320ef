/* Preloaded into PostgreSQL: every fdatasync takes a millisecond longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int fdatasync(int file) {
  static int (*real)(int);
  if (!real)
    real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = real(file);
  struct timespec millisecond = {0, 1000000};
  nanosleep(&millisecond, 0);
  return result;
}
