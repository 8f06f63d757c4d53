/* A disk that forgets: whenever the program has flushed a file below POWER_DATA, its content is copied to POWER_SHADOW before
 * the flush returns. After the power is cut, the shadow is what the disk holds for certain. With POWER_LIES nothing is copied,
 * as on a disk that says "flushed" and is not. Loaded with LD_PRELOAD; power.rs cuts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* Nothing that is flushed may be missing: the test must not go on by mistake. */
static void give_up(const char *what, const char *path) {
    fprintf(stderr, "power: %s %s: %s\n", what, path, strerror(errno));
    abort();
}

static void make_folders(char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        if (mkdir(path, 0755) != 0 && errno != EEXIST) give_up("mkdir", path);
        *at = '/';
    }
}

static void keep(int fd) {
    const char *data = getenv("POWER_DATA"), *shadow = getenv("POWER_SHADOW");
    char link[64], path[PATH_MAX], to[PATH_MAX * 2], part[PATH_MAX * 2];
    static char buffer[1 << 16];
    struct stat stat;
    if (!data || !shadow || getenv("POWER_LIES")) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    size_t prefix = strlen(data);
    if (strncmp(path, data, prefix) != 0 || path[prefix] != '/') return;
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) return;
    snprintf(to, sizeof to, "%s%s", shadow, path + prefix);
    snprintf(part, sizeof part, "%s/.part", shadow);
    make_folders(to);
    int out = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (out < 0) give_up("open", part);
    /* Read by the descriptor itself: closing another one of the same file would drop the program's locks on it. */
    off_t at = 0;
    for (;;) {
        ssize_t got = pread(fd, buffer, sizeof buffer, at);
        if (got < 0) give_up("read", path);
        if (got == 0) break;
        if (write(out, buffer, got) != got) give_up("write", part);
        at += got;
    }
    close(out);
    /* Whole or not at all, however the process is killed. */
    if (rename(part, to) != 0) give_up("rename", to);
}

static int flush(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    pthread_mutex_lock(&one_at_a_time);
    int done = real(fd);
    int error = errno;
    if (done == 0) keep(fd);
    pthread_mutex_unlock(&one_at_a_time);
    errno = error;
    return done;
}

int fsync(int fd) { return flush("fsync", fd); }
int fdatasync(int fd) { return flush("fdatasync", fd); }
