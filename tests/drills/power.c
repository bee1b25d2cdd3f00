/* A disk that forgets at a power cut whatever was not synced, to be preloaded (LD_PRELOAD).
 *
 * POWER_LIVE is the folder that a program works in, POWER_DURABLE what a power cut would leave of
 * it. fsync and fdatasync copy a file from the one to the other; of a folder they drop the names
 * that are gone. A rename moves the durable copy. Nothing else reaches the durable folder.
 *
 * A file is read through the descriptor that is being synced: closing another one to the same
 * file would release SQLite's locks (POSIX).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* Where `path` is kept durably; 0 for paths outside of the live folder. */
static int durable(const char *path, char *kept) {
    const char *live = getenv("POWER_LIVE"), *base = getenv("POWER_DURABLE");
    size_t length = live ? strlen(live) : 0;
    if (!length || strncmp(path, live, length) || (path[length] && path[length] != '/'))
        return 0;
    return snprintf(kept, PATH_MAX, "%s%s", base, path + length) < PATH_MAX;
}

static int copy(int fd, off_t size, const char *kept) {
    char part[PATH_MAX + 8];
    snprintf(part, sizeof part, "%s.part", kept);
    int out = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600), failed = out < 0;
    for (off_t at = 0; !failed && at < size;) {
        ssize_t some = sendfile(out, fd, &at, size - at);
        if (!some) /* cut shorter meanwhile */
            break;
        failed = some < 0;
    }
    if (out >= 0)
        close(out);
    return failed ? -1 : rename(part, kept);
}

static int forget_names(const char *path, const char *kept) {
    char old[2 * PATH_MAX], now[2 * PATH_MAX];
    DIR *folder = opendir(kept);
    if (!folder)
        return mkdir(kept, 0700);
    for (struct dirent *each; (each = readdir(folder));) {
        snprintf(now, sizeof now, "%s/%s", path, each->d_name);
        snprintf(old, sizeof old, "%s/%s", kept, each->d_name);
        if (access(now, F_OK))
            remove(old);
    }
    return closedir(folder);
}

int fsync(int fd) {
    char link[64], path[PATH_MAX] = "", kept[PATH_MAX];
    struct stat about;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) < 0 || fstat(fd, &about) || !durable(path, kept))
        return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
    if (!about.st_nlink)
        return 0;
    pthread_mutex_lock(&turn);
    int done = S_ISDIR(about.st_mode) ? forget_names(path, kept) : copy(fd, about.st_size, kept);
    pthread_mutex_unlock(&turn);
    return done;
}

int fdatasync(int fd) { return fsync(fd); }

int rename(const char *from, const char *to) {
    char before[PATH_MAX], after[PATH_MAX];
    int (*really)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    int done = really(from, to);
    if (!done && durable(from, before) && durable(to, after))
        really(before, after);
    return done;
}
