/*
 * Faults of a disk, for the tests: a library to be preloaded (LD_PRELOAD) into a process that keeps a store.
 *
 * FAULTS_FOLDER   absolute path; calls on paths below it are concerned, no others
 * FAULTS_CONTROL  file of 4096 octets that is mapped: whoever writes an int32 into it (native order) changes what
 *                 calls answer from the next one on. By index:
 *                   0 errno of write, pwrite, writev, pwritev      4 errno of read, pread
 *                   1 errno of fsync, fdatasync, sync_file_range   5 calls that were made to fail, counted up
 *                   2 errno of open with O_CREAT, rename, mkdir    6 files concerned: 0 all, 1 *.log, 2 *.sst,
 *                   3 errno of fallocate, posix_fallocate            3 MANIFEST*, 4 GUARD*, WITNESS, BIRTHS*
 *                   7 errno of any open
 *                 0 means that the call goes through.
 * FAULTS_DURABLE  folder on the same file system, outside FAULTS_FOLDER. If given, what would outlive a loss of power
 *                 is kept there; real fsyncs are then not made. See below.
 *
 * What outlives a loss of power, strictly after POSIX: of a file, the octets and the length as they were at its last
 * fsync or fdatasync, nothing of what was written after it; of a folder, the names that it held at its last fsync. A
 * file that was made and fsynced, but whose folder was not, is gone; a file that was removed or renamed, but whose
 * folder was not fsynced since, is still there under its old name. Most file systems keep more than that. Not modelled:
 * sectors that tear within one fsync, and writes that are kept out of order; the test adds a torn tail of its own.
 *
 *   names/INODE    one line "f INODE NAME" or "d INODE NAME" for each entry of a folder
 *   content/INODE  the durable octets of a file that was made or written through this library
 *   keep/INODE     a hard link, so that no inode number is given out twice and nothing that was removed is lost
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE, SYNC, CREATE, FALLOCATE, READ, COUNT, KIND, OPEN, CLOCK };
enum { FDS = 65536, INODES = 1 << 16 };

static const char *folder;
static size_t folder_length;
static const char *durable;
static volatile int32_t *control;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* 0: no concern of ours; else 1 + kind. */
static unsigned char kinds[FDS];

/* Octets of a file that were written since its last fsync: a range that covers them. Open addressing by inode. */
static struct { ino_t inode; off_t from, to; } dirty[INODES];

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

static int raw_open(const char *path, int flags, mode_t mode) {
    static int (*real)(const char *, int, ...);
    if (!real) real = (int (*)(const char *, int, ...)) dlsym(RTLD_NEXT, "open64");
    return real(path, flags, mode);
}
static ssize_t raw_pwrite(int fd, const void *b, size_t n, off_t at) { REAL(ssize_t, pwrite64, int, const void *, size_t, off_t); return real(fd, b, n, at); }
static ssize_t raw_pread(int fd, void *b, size_t n, off_t at) { REAL(ssize_t, pread64, int, void *, size_t, off_t); return real(fd, b, n, at); }
static ssize_t raw_write(int fd, const void *b, size_t n) { REAL(ssize_t, write, int, const void *, size_t); return real(fd, b, n); }
static int raw_rename(const char *a, const char *b) { REAL(int, rename, const char *, const char *); return real(a, b); }
static int raw_close(int fd) { REAL(int, close, int); return real(fd); }
static int raw_ftruncate(int fd, off_t n) { REAL(int, ftruncate64, int, off_t); return real(fd, n); }

static void die(const char *what, const char *path) {
    fprintf(stderr, "faults: %s %s: %s\n", what, path, strerror(errno));
    _exit(97);
}

static int ours(const char *path) {
    return folder && path && strncmp(path, folder, folder_length) == 0
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int ends(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

static int kind_of(const char *path) {
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    if (ends(name, ".log")) return 1;
    if (ends(name, ".sst")) return 2;
    if (strncmp(name, "MANIFEST", 8) == 0) return 3;
    if (!strncmp(name, "GUARD", 5) || !strncmp(name, "WITNESS", 7) || !strncmp(name, "BIRTHS", 6)) return 4;
    return 0;
}

/* The errno with which a call is to fail, or 0. */
static int fault(int what, int kind) {
    if (!control) return 0;
    int wanted = control[KIND];
    int error = control[what];
    if (error && (!wanted || wanted == kind)) {
        __sync_fetch_and_add(&control[COUNT], 1);
        return error;
    }
    return 0;
}

static int fault_fd(int what, int fd) { return fd >= 0 && fd < FDS && kinds[fd] ? fault(what, kinds[fd] - 1) : 0; }

#define FAIL(what, fd) do { int e_ = fault_fd(what, fd); if (e_) { errno = e_; return -1; } } while (0)
#define FAIL_PATH(what, path) do { int e_ = ours(path) ? fault(what, kind_of(path)) : 0; if (e_) { errno = e_; return -1; } } while (0)

static void kept(char *into, const char *part, ino_t inode) {
    snprintf(into, PATH_MAX, "%s/%s/%lu", durable, part, (unsigned long) inode);
}

static void keep(const char *path, ino_t inode) {
    char to[PATH_MAX];
    kept(to, "keep", inode);
    if (link(path, to) && errno != EEXIST) die("cannot keep", path);
}

static void copy(int from, const char *to, off_t at, off_t end, off_t size) {
    char buffer[65536];
    int out = raw_open(to, O_WRONLY | O_CREAT, 0600);
    if (out < 0) die("cannot open", to);
    if (raw_ftruncate(out, size)) die("cannot cut", to);
    if (end > size) end = size;
    while (at < end) {
        size_t n = (size_t) (end - at) < sizeof buffer ? (size_t) (end - at) : sizeof buffer;
        ssize_t got = raw_pread(from, buffer, n, at);
        if (got < 0) die("cannot read what was written to", to);
        if (got == 0) break;
        if (raw_pwrite(out, buffer, (size_t) got, at) != got) die("cannot write", to);
        at += got;
    }
    raw_close(out);
}

static int slot(ino_t inode) {
    int at = (int) (inode % INODES);
    while (dirty[at].inode && dirty[at].inode != inode) at = (at + 1) % INODES;
    return at;
}

/* A file is about to be written through fd. */
static void writing(const char *path, int fd, int made) {
    struct stat st;
    char content[PATH_MAX];
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return;
    pthread_mutex_lock(&turn);
    keep(path, st.st_ino);
    kept(content, "content", st.st_ino);
    if (access(content, F_OK)) {
        int in = raw_open(path, O_RDONLY, 0);
        if (in < 0) die("cannot open", path);
        copy(in, content, 0, made ? 0 : st.st_size, made ? 0 : st.st_size);
        raw_close(in);
    }
    int at = slot(st.st_ino);
    if (!dirty[at].inode) { dirty[at].inode = st.st_ino; dirty[at].from = LONG_MAX; dirty[at].to = 0; }
    pthread_mutex_unlock(&turn);
}

static void wrote(int fd, off_t from, off_t to) {
    struct stat st;
    if (!durable || fd >= FDS || !kinds[fd] || fstat(fd, &st)) return;
    pthread_mutex_lock(&turn);
    int at = slot(st.st_ino);
    dirty[at].inode = st.st_ino;
    if (from < dirty[at].from) dirty[at].from = from;
    if (to > dirty[at].to) dirty[at].to = to;
    pthread_mutex_unlock(&turn);
}

static void list(const char *path, ino_t inode, int empty) {
    char to[PATH_MAX], fresh[PATH_MAX];
    kept(to, "names", inode);
    snprintf(fresh, sizeof fresh, "%s/fresh.%d.%lu", durable, (int) getpid(), (unsigned long) pthread_self());
    FILE *out = fopen(fresh, "w");
    if (!out) die("cannot write", fresh);
    if (!empty) {
        DIR *dir = opendir(path);
        if (!dir) die("cannot list", path);
        for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
            if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
                fprintf(out, "%c %lu %s\n", e->d_type == DT_DIR ? 'd' : 'f', (unsigned long) e->d_ino, e->d_name);
        }
        closedir(dir);
    }
    fclose(out);
    if (raw_rename(fresh, to)) die("cannot rename", fresh);
}

/* Makes durable what fd stands for. */
static void synced(int fd) {
    struct stat st;
    char content[PATH_MAX], self[64], path[PATH_MAX];
    if (fstat(fd, &st)) return;
    if (S_ISDIR(st.st_mode)) {
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(self, path, sizeof path - 1);
        if (n < 0) die("cannot find", self);
        path[n] = 0;
        pthread_mutex_lock(&turn);
        list(path, st.st_ino, 0);
        pthread_mutex_unlock(&turn);
        return;
    }
    pthread_mutex_lock(&turn);
    kept(content, "content", st.st_ino);
    if (!access(content, F_OK)) {
        int at = slot(st.st_ino);
        off_t from = dirty[at].inode ? dirty[at].from : LONG_MAX, to = dirty[at].inode ? dirty[at].to : 0;
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        int in = raw_open(self, O_RDONLY, 0);
        if (in < 0) die("cannot open", self);
        copy(in, content, from, to, st.st_size);
        raw_close(in);
        dirty[at].inode = st.st_ino;
        dirty[at].from = LONG_MAX;
        dirty[at].to = 0;
    }
    pthread_mutex_unlock(&turn);
}

static int first(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void) ftw;
    if (type == FTW_D) list(path, st->st_ino, 0);
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    folder = getenv("FAULTS_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    const char *name = getenv("FAULTS_CONTROL");
    if (folder && name) {
        int fd = raw_open(name, O_RDWR, 0);
        if (fd < 0) die("cannot open", name);
        control = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (control == MAP_FAILED) die("cannot map", name);
        raw_close(fd);
    }
    const char *kept_in = getenv("FAULTS_DURABLE");
    if (folder && kept_in) {
        char at[PATH_MAX];
        durable = kept_in;
        const char *parts[] = {"names", "content", "keep"};
        for (int i = 0; i < 3; i++) {
            snprintf(at, sizeof at, "%s/%s", durable, parts[i]);
            if (mkdir(at, 0700) && errno != EEXIST) die("cannot make", at);
        }
        if (nftw(folder, first, 16, FTW_PHYS)) die("cannot walk", folder);
    }
}

static int opened(const char *path, int flags, mode_t mode) {
    int concerned = ours(path);
    if (!concerned) return raw_open(path, flags, mode);
    FAIL_PATH(OPEN, path);
    if (flags & O_CREAT) FAIL_PATH(CREATE, path);
    int made = (flags & O_CREAT) && access(path, F_OK);
    if (durable && (flags & O_TRUNC) && !made) {
        /* What was there stays durable until the next fsync. */
        int before = raw_open(path, O_RDWR, 0);
        if (before >= 0) { writing(path, before, 0); raw_close(before); }
    }
    int fd = raw_open(path, flags, mode);
    if (fd >= 0 && fd < FDS) {
        kinds[fd] = (unsigned char) (1 + kind_of(path));
        if (durable && (flags & O_ACCMODE) != O_RDONLY) writing(path, fd, made);
    }
    return fd;
}

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list l; va_start(l, flags); mode = va_arg(l, mode_t); va_end(l); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    if (path[0] == '/' || at == AT_FDCWD) return opened(path, flags, mode);
    REAL(int, openat64, int, const char *, int, ...);
    return real(at, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE(flags)
    if (path[0] == '/' || at == AT_FDCWD) return opened(path, flags, mode);
    REAL(int, openat64, int, const char *, int, ...);
    return real(at, path, flags, mode);
}
FILE *fopen64(const char *path, const char *how) {
    if (ours(path) && fault(OPEN, kind_of(path))) { errno = control[OPEN]; return NULL; }
    REAL(FILE *, fopen64, const char *, const char *);
    return real(path, how);
}
int close(int fd) { if (fd >= 0 && fd < FDS) kinds[fd] = 0; return raw_close(fd); }

/* Closes its descriptor past close(), and the next socket may get the same one. */
int closedir(DIR *dir) {
    int fd = dirfd(dir);
    if (fd >= 0 && fd < FDS) kinds[fd] = 0;
    REAL(int, closedir, DIR *);
    return real(dir);
}

ssize_t write(int fd, const void *b, size_t n) {
    FAIL(WRITE, fd);
    ssize_t done = raw_write(fd, b, n);
    if (done > 0 && durable && fd < FDS && kinds[fd]) { off_t end = lseek(fd, 0, SEEK_CUR); wrote(fd, end - done, end); }
    return done;
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) {
    FAIL(WRITE, fd);
    ssize_t done = raw_pwrite(fd, b, n, at);
    if (done > 0) wrote(fd, at, at + done);
    return done;
}
ssize_t pwrite64(int fd, const void *b, size_t n, off_t at) { return pwrite(fd, b, n, at); }
ssize_t writev(int fd, const struct iovec *v, int n) {
    FAIL(WRITE, fd);
    REAL(ssize_t, writev, int, const struct iovec *, int);
    ssize_t done = real(fd, v, n);
    if (done > 0 && durable && fd < FDS && kinds[fd]) { off_t end = lseek(fd, 0, SEEK_CUR); wrote(fd, end - done, end); }
    return done;
}
ssize_t pwritev64(int fd, const struct iovec *v, int n, off_t at) {
    FAIL(WRITE, fd);
    REAL(ssize_t, pwritev64, int, const struct iovec *, int, off_t);
    ssize_t done = real(fd, v, n, at);
    if (done > 0) wrote(fd, at, at + done);
    return done;
}
ssize_t read(int fd, void *b, size_t n) { FAIL(READ, fd); REAL(ssize_t, read, int, void *, size_t); return real(fd, b, n); }
ssize_t pread(int fd, void *b, size_t n, off_t at) { FAIL(READ, fd); return raw_pread(fd, b, n, at); }
ssize_t pread64(int fd, void *b, size_t n, off_t at) { FAIL(READ, fd); return raw_pread(fd, b, n, at); }

/* The whole file counts as written. */
static void filled(int fd) { wrote(fd, 0, LONG_MAX); }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t n, unsigned flags) {
    FAIL(WRITE, out);
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    ssize_t done = real(in, a, out, b, n, flags);
    if (done > 0) filled(out);
    return done;
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t n) {
    FAIL(WRITE, out);
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    ssize_t done = real(out, in, at, n);
    if (done > 0) filled(out);
    return done;
}

int fsync(int fd) {
    FAIL(SYNC, fd);
    if (durable && fd < FDS && kinds[fd]) { synced(fd); return 0; }
    REAL(int, fsync, int);
    return real(fd);
}
int fdatasync(int fd) {
    FAIL(SYNC, fd);
    if (durable && fd < FDS && kinds[fd]) { synced(fd); return 0; }
    REAL(int, fdatasync, int);
    return real(fd);
}
/* Makes nothing durable. */
int sync_file_range(int fd, off_t at, off_t n, unsigned flags) {
    FAIL(SYNC, fd);
    REAL(int, sync_file_range, int, off_t, off_t, unsigned);
    return real(fd, at, n, flags);
}
int fallocate(int fd, int mode, off_t at, off_t n) {
    FAIL(FALLOCATE, fd);
    REAL(int, fallocate64, int, int, off_t, off_t);
    return real(fd, mode, at, n);
}
int fallocate64(int fd, int mode, off_t at, off_t n) { return fallocate(fd, mode, at, n); }
int posix_fallocate(int fd, off_t at, off_t n) {
    int error = fault_fd(FALLOCATE, fd);
    if (error) return error;
    REAL(int, posix_fallocate64, int, off_t, off_t);
    return real(fd, at, n);
}
int posix_fallocate64(int fd, off_t at, off_t n) { return posix_fallocate(fd, at, n); }
int ftruncate(int fd, off_t n) {
    FAIL(WRITE, fd);
    struct stat st;
    off_t was = durable && !fstat(fd, &st) ? st.st_size : n;
    int result = raw_ftruncate(fd, n);
    if (!result) wrote(fd, n < was ? n : was, n);
    return result;
}
int ftruncate64(int fd, off_t n) { return ftruncate(fd, n); }

static void leaving(const char *path) {
    struct stat st;
    if (durable && ours(path) && !lstat(path, &st) && S_ISREG(st.st_mode)) keep(path, st.st_ino);
}
int unlink(const char *path) { leaving(path); REAL(int, unlink, const char *); return real(path); }
int remove(const char *path) { leaving(path); REAL(int, remove, const char *); return real(path); }
int unlinkat(int at, const char *path, int flags) {
    leaving(path);
    REAL(int, unlinkat, int, const char *, int);
    return real(at, path, flags);
}
int rename(const char *from, const char *to) { FAIL_PATH(CREATE, to); leaving(to); return raw_rename(from, to); }
static void folder_made(const char *path) {
    struct stat st;
    if (durable && ours(path) && !lstat(path, &st)) {
        pthread_mutex_lock(&turn);
        list(path, st.st_ino, 1);
        pthread_mutex_unlock(&turn);
    }
}
int mkdir(const char *path, mode_t mode) {
    FAIL_PATH(CREATE, path);
    REAL(int, mkdir, const char *, mode_t);
    int result = real(path, mode);
    if (!result) folder_made(path);
    return result;
}

int clock_gettime(clockid_t id, struct timespec *t) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real(id, t);
    if (!result && control && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) t->tv_sec += control[CLOCK];
    return result;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    REAL(int, gettimeofday, struct timeval *, void *);
    int result = real(t, zone);
    if (!result && t && control) t->tv_sec += control[CLOCK];
    return result;
}
