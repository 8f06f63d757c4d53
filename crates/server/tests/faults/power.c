/* A disk that forgets. Below POWER_DATA, what a flush makes certain is noted in POWER_SHADOW before the flush returns:
 *   of a file, its content (files/KEY) and its name (names/PATH, a link to KEY),
 *   of a folder, the names in it as they are now.
 * KEY is the inode with the time it was made, so that a name may move on without its content. After the power is cut, the
 * shadow is what the disk holds for certain. With POWER_LIES nothing is noted, as on a disk that says "flushed" and is not.
 * Loaded with LD_PRELOAD into every process that writes there; power.rs cuts. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONG (PATH_MAX * 2)

/* Nothing that is flushed may be missing: the test must not go on by mistake. */
static void give_up(const char *what, const char *path) {
    fprintf(stderr, "power: %s %s: %s\n", what, path, strerror(errno));
    abort();
}

static void make_folder(const char *path) {
    if (mkdir(path, 0777) != 0 && errno != EEXIST) give_up("mkdir", path);
}

static void make_folders(char *path, size_t from) {
    for (char *at = strchr(path + from, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        make_folder(path);
        *at = '/';
    }
}

/* power.rs names it alike. */
static void key_of(int fd, const char *name, char *key) {
    struct statx about;
    if (statx(fd, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &about) != 0) give_up("statx", name);
    sprintf(key, "%llu-%lld-%u", (unsigned long long)about.stx_ino, (long long)about.stx_btime.tv_sec,
            about.stx_btime.tv_nsec);
}

static void keep_name(const char *shadow, const char *path, const char *key) {
    char at[LONG], part[LONG], present[64];
    snprintf(at, sizeof at, "%s/names/%s", shadow, path);
    ssize_t length = readlink(at, present, sizeof present - 1);
    if (length == (ssize_t)strlen(key) && memcmp(present, key, length) == 0) return;
    snprintf(part, sizeof part, "%s/.name-%d", shadow, getpid());
    make_folders(at, strlen(shadow) + 1);
    unlink(part);
    if (symlink(key, part) != 0) give_up("symlink", part);
    if (rename(part, at) != 0) give_up("rename", at);
}

static void keep_content(const char *shadow, int fd, const char *key) {
    char to[LONG], part[LONG], again[64], buffer[1 << 16];
    snprintf(to, sizeof to, "%s/files/%s", shadow, key);
    snprintf(part, sizeof part, "%s/.part-%d", shadow, getpid());
    int out = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (out < 0) give_up("open", part);
    /* Read by the descriptor itself: closing another one of the same file would drop the program's locks on it. Only where it
     * was opened for writing alone (PostgreSQL, which takes no such locks) there must be another. */
    int in = fd;
    if (pread(fd, buffer, 1, 0) < 0 && errno == EBADF) {
        snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
        in = open(again, O_RDONLY | O_CLOEXEC);
        if (in < 0) give_up("open", again);
    }
    off_t at = 0;
    for (;;) {
        ssize_t got = pread(in, buffer, sizeof buffer, at);
        if (got < 0) give_up("read", to);
        if (got == 0) break;
        if (write(out, buffer, got) != got) give_up("write", part);
        at += got;
    }
    close(out);
    if (in != fd) close(in);
    /* Whole or not at all, however the process is killed. */
    if (rename(part, to) != 0) give_up("rename", to);
}

/* The names of files; a folder within is there once something in it is. */
static void keep_names(const char *data, const char *shadow, const char *path) {
    char real[LONG], at[LONG], inside[LONG], key[64];
    struct dirent *entry;
    struct stat stat;
    snprintf(real, sizeof real, "%s/%s", data, path);
    snprintf(at, sizeof at, "%s/names/%s", shadow, path);
    DIR *folder = opendir(real);
    if (!folder) return; /* Taken away since. */
    while ((entry = readdir(folder))) {
        if (fstatat(dirfd(folder), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(stat.st_mode)) continue;
        snprintf(inside, sizeof inside, "%s%s%s", path, *path ? "/" : "", entry->d_name);
        int file = openat(dirfd(folder), entry->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (file < 0) continue;
        key_of(file, "", key);
        close(file);
        keep_name(shadow, inside, key);
    }
    closedir(folder);
    if (!(folder = opendir(at))) return;
    while ((entry = readdir(folder))) {
        snprintf(inside, sizeof inside, "%.4000s/%s", real, entry->d_name);
        if (entry->d_type == DT_LNK && access(inside, F_OK) != 0) unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
}

static void keep(int fd) {
    const char *data = getenv("POWER_DATA"), *shadow = getenv("POWER_SHADOW");
    char link[64], path[PATH_MAX], key[64], lock[LONG];
    struct stat stat;
    if (!data || !shadow || getenv("POWER_LIES")) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    size_t prefix = strlen(data);
    if (strncmp(path, data, prefix) != 0 || (path[prefix] != '/' && path[prefix] != 0)) return;
    const char *within = path[prefix] ? path + prefix + 1 : "";
    /* One flush at a time, over all processes: an older content must not come after a newer one. */
    snprintf(lock, sizeof lock, "%s/.lock", shadow);
    int locked = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (locked < 0) give_up("open", lock);
    while (flock(locked, LOCK_EX) != 0)
        if (errno != EINTR) give_up("flock", lock);
    if (fstat(fd, &stat) != 0) give_up("fstat", path);
    if (S_ISDIR(stat.st_mode)) {
        keep_names(data, shadow, within);
    } else if (S_ISREG(stat.st_mode) && stat.st_nlink > 0) {
        key_of(fd, "", key);
        keep_content(shadow, fd, key);
        /* As ext4, XFS and Btrfs do: a new file's name goes with it. */
        keep_name(shadow, within, key);
    }
    close(locked);
}

static int flush(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = real(fd);
    int error = errno;
    if (done == 0) keep(fd);
    errno = error;
    return done;
}

int fsync(int fd) { return flush("fsync", fd); }
int fdatasync(int fd) { return flush("fdatasync", fd); }
