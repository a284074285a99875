/*
 * Records what a process does to the files below one directory, and what leaves it through sockets, in one order:
 * LD_PRELOAD it with DISKTRACE_ROOT (an absolute path without symbolic links) and DISKTRACE_FILE (appended to).
 *
 * The order is safe to draw conclusions from: a change is recorded after it was made, the beginning of a sync before
 * it began, its end after it ended and before the caller learns of it, and bytes to a socket before they leave. So a
 * change that the record shows before the beginning of a sync was really covered by it, and what the record shows
 * sent before the end of a sync was at worst sent later, never earlier.
 *
 * Numbers are written in the machine's byte order: one record is struct record, then its two paths, then its data.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum type {
  RUN = 1, OPEN, CLOSE, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, RENAME, UNLINK, MKDIR, RMDIR, LINK, SEND, MAPPED
};
enum kind { UNKNOWN, DATA, SOCKET, OTHER };
enum { CREATED = 1, TRUNCATED = 2 };
enum { FDS = 1 << 16, SEND_MAX = 1 << 20 };

struct record {
  uint8_t type, flags;
  uint16_t path, other_path;
  uint16_t unused;
  int32_t fd;
  uint32_t data;
  int64_t number;
}; /* 24 bytes */

static char root[4096];
static size_t root_length;
static int trace = -1;
static uint8_t kinds[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what) {
  static const char prefix[] = "disktrace: ";
  (void) !syscall(SYS_write, 2, prefix, sizeof prefix - 1);
  (void) !syscall(SYS_write, 2, what, strlen(what));
  (void) !syscall(SYS_write, 2, "\n", 1);
  abort();
}

/* The caller has the lock. */
static void record(enum type type, int flags, int fd, int64_t number, const char *path, const char *other,
                   const void *data, size_t length) {
  struct record head = {.type = type, .flags = flags, .fd = fd, .number = number, .data = length,
    .path = path ? strlen(path) : 0, .other_path = other ? strlen(other) : 0};
  struct iovec parts[] = {{&head, sizeof head}, {(void *) path, head.path}, {(void *) other, head.other_path},
    {(void *) data, length}};
  ssize_t whole = sizeof head + head.path + head.other_path + length;
  if (syscall(SYS_writev, trace, parts, 4) != whole) {
    fail("the record cannot be written");
  }
}

__attribute__((constructor)) static void start(void) {
  const char *dir = getenv("DISKTRACE_ROOT"), *file = getenv("DISKTRACE_FILE");
  if (!dir || !file) {
    return;
  }
  root_length = strlen(dir);
  if (root_length >= sizeof root) {
    fail("DISKTRACE_ROOT is too long");
  }
  strcpy(root, dir);
  int opened = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  trace = syscall(SYS_fcntl, opened, F_DUPFD_CLOEXEC, 1000);
  if (trace < 0) {
    fail("DISKTRACE_FILE cannot be opened");
  }
  syscall(SYS_close, opened);
  record(RUN, 0, -1, getpid(), NULL, NULL, NULL, 0);
}

static int below(const char *path) {
  return trace >= 0 && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* The absolute path of a name in a directory. */
static const char *resolve(int dir, const char *name, char *place) {
  if (name[0] == '/') {
    return name;
  }
  char link[64];
  ssize_t n;
  if (dir == AT_FDCWD) {
    strcpy(link, "/proc/self/cwd");
  } else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
  }
  n = syscall(SYS_readlink, link, place, 2048);
  if (n <= 0 || n + strlen(name) + 2 > 4096) {
    return name;
  }
  place[n] = '/';
  strcpy(place + n + 1, name);
  return place;
}

static enum kind kind_of(int fd) {
  if (fd < 0 || fd >= FDS || trace < 0) {
    return OTHER;
  }
  if (kinds[fd] == UNKNOWN) {
    struct stat about;
    kinds[fd] = syscall(SYS_fstat, fd, &about) == 0 && S_ISSOCK(about.st_mode) ? SOCKET : OTHER;
  }
  return kinds[fd];
}

static int do_open(int dir, const char *name, int flags, mode_t mode) {
  char place[4096];
  const char *path = trace >= 0 ? resolve(dir, name, place) : name;
  if (!below(path)) {
    int fd = syscall(SYS_openat, dir, name, flags, mode);
    if (fd >= 0 && fd < FDS) {
      kinds[fd] = UNKNOWN;
    }
    return fd;
  }
  pthread_mutex_lock(&lock);
  struct stat before;
  int existed = syscall(SYS_stat, path, &before) == 0;
  int fd = syscall(SYS_openat, dir, name, flags, mode);
  int error = errno;
  if (fd >= 0) {
    kinds[fd] = DATA;
    record(OPEN, (existed ? 0 : CREATED) | (flags & O_TRUNC ? TRUNCATED : 0), fd, 0, path, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE_OF(flags) ({ mode_t m = 0; \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); m = va_arg(rest, mode_t); va_end(rest); } m; })

int open(const char *name, int flags, ...) { return do_open(AT_FDCWD, name, flags, MODE_OF(flags)); }
int open64(const char *name, int flags, ...) { return do_open(AT_FDCWD, name, flags, MODE_OF(flags)); }
int openat(int dir, const char *name, int flags, ...) { return do_open(dir, name, flags, MODE_OF(flags)); }
int openat64(int dir, const char *name, int flags, ...) { return do_open(dir, name, flags, MODE_OF(flags)); }
int __open_2(const char *name, int flags) { return do_open(AT_FDCWD, name, flags, 0); }
int __open64_2(const char *name, int flags) { return do_open(AT_FDCWD, name, flags, 0); }
int __openat_2(int dir, const char *name, int flags) { return do_open(dir, name, flags, 0); }
int __openat64_2(int dir, const char *name, int flags) { return do_open(dir, name, flags, 0); }
int creat(const char *name, mode_t mode) { return do_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *name, mode_t mode) { return creat(name, mode); }

static void forget(int fd) {
  if (fd >= 0 && fd < FDS && (kinds[fd] == DATA || kinds[fd] == SOCKET)) {
    record(CLOSE, 0, fd, 0, NULL, NULL, NULL, 0);
  }
  if (fd >= 0 && fd < FDS) {
    kinds[fd] = UNKNOWN;
  }
}

int close(int fd) {
  if (trace < 0) {
    return syscall(SYS_close, fd);
  }
  if (fd == trace) {
    return 0;
  }
  pthread_mutex_lock(&lock);
  forget(fd);
  int result = syscall(SYS_close, fd);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

/* The C library closes the descriptor of a directory stream by itself. Without this its number would pass for that
   directory still when a socket has it. */
int closedir(DIR *stream) {
  static int (*real)(DIR *);
  pthread_mutex_lock(&lock);
  if (!real) {
    *(void **) &real = dlsym(RTLD_NEXT, "closedir");
    if (!real) {
      fail("there is no closedir");
    }
  }
  if (trace >= 0) {
    forget(dirfd(stream));
  }
  int result = real(stream);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int dup3(int from, int to, int flags) {
  if (trace < 0) {
    return syscall(SYS_dup3, from, to, flags);
  }
  pthread_mutex_lock(&lock);
  if (from >= 0 && from < FDS && kinds[from] == DATA) {
    fail("a data file's descriptor is duplicated");
  }
  forget(to);
  int result = syscall(SYS_dup3, from, to, flags);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int dup2(int from, int to) {
  return from == to ? syscall(SYS_dup2, from, to) : dup3(from, to, 0);
}

static ssize_t wrote(int fd, int64_t offset, const struct iovec *parts, int count, ssize_t result) {
  if (result <= 0) {
    return result;
  }
  int error = errno;
  pthread_mutex_lock(&lock);
  int64_t at = offset >= 0 ? offset : syscall(SYS_lseek, fd, 0, SEEK_CUR) - result;
  ssize_t left = result;
  for (int i = 0; i < count && left > 0; i++) {
    size_t length = (ssize_t) parts[i].iov_len < left ? parts[i].iov_len : (size_t) left;
    record(WRITE, 0, fd, at, NULL, NULL, parts[i].iov_base, length);
    at += length;
    left -= length;
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

static void sending(int fd, const struct iovec *parts, int count) {
  int error = errno;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < count; i++) {
    size_t length = parts[i].iov_len < SEND_MAX ? parts[i].iov_len : SEND_MAX;
    record(SEND, 0, fd, i + 1 < count, NULL, NULL, parts[i].iov_base, length);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
}

/* How many bytes of a send left; below zero: none, it is tried again. */
static ssize_t sent(int fd, ssize_t result) {
  int error = errno;
  pthread_mutex_lock(&lock);
  record(SEND, 1, fd, result, NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

ssize_t write(int fd, const void *data, size_t length) {
  struct iovec part = {(void *) data, length};
  switch (kind_of(fd)) {
    case DATA: return wrote(fd, -1, &part, 1, syscall(SYS_write, fd, data, length));
    case SOCKET: sending(fd, &part, 1); return sent(fd, syscall(SYS_write, fd, data, length));
    default: return syscall(SYS_write, fd, data, length);
  }
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  switch (kind_of(fd)) {
    case DATA: return wrote(fd, -1, parts, count, syscall(SYS_writev, fd, parts, count));
    case SOCKET: sending(fd, parts, count); return sent(fd, syscall(SYS_writev, fd, parts, count));
    default: return syscall(SYS_writev, fd, parts, count);
  }
}

ssize_t send(int fd, const void *data, size_t length, int flags) {
  struct iovec part = {(void *) data, length};
  if (trace < 0) {
    return syscall(SYS_sendto, fd, data, length, flags, NULL, 0);
  }
  sending(fd, &part, 1);
  return sent(fd, syscall(SYS_sendto, fd, data, length, flags, NULL, 0));
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
  struct iovec part = {(void *) data, length};
  if (trace < 0) {
    return syscall(SYS_sendto, fd, data, length, flags, to, size);
  }
  sending(fd, &part, 1);
  return sent(fd, syscall(SYS_sendto, fd, data, length, flags, to, size));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  if (trace < 0) {
    return syscall(SYS_sendmsg, fd, message, flags);
  }
  sending(fd, message->msg_iov, message->msg_iovlen);
  return sent(fd, syscall(SYS_sendmsg, fd, message, flags));
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  struct iovec part = {(void *) data, length};
  ssize_t result = syscall(SYS_pwrite64, fd, data, length, offset);
  return kind_of(fd) == DATA ? wrote(fd, offset, &part, 1, result) : result;
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  ssize_t result = syscall(SYS_pwritev, fd, parts, count, offset, 0);
  return kind_of(fd) == DATA ? wrote(fd, offset, parts, count, result) : result;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return pwritev(fd, parts, count, offset); }

/* The kernel copies: the copied bytes are read from the source. */
static ssize_t copied(int to, int64_t at, int from, int64_t offset, ssize_t result) {
  int error = errno;
  static char bytes[1 << 16];
  pthread_mutex_lock(&lock);
  for (ssize_t done = 0; done < result;) {
    ssize_t want = result - done < (ssize_t) sizeof bytes ? result - done : (ssize_t) sizeof bytes;
    ssize_t n = syscall(SYS_pread64, from, bytes, want, offset + done);
    if (n <= 0) {
      fail("copied bytes cannot be read again");
    }
    record(WRITE, 0, to, at + done, NULL, NULL, bytes, n);
    done += n;
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  int64_t source = from_at ? *from_at : syscall(SYS_lseek, from, 0, SEEK_CUR);
  int64_t target = to_at ? *to_at : syscall(SYS_lseek, to, 0, SEEK_CUR);
  ssize_t result = syscall(SYS_copy_file_range, from, from_at, to, to_at, length, flags);
  return result > 0 && kind_of(to) == DATA ? copied(to, target, from, source, result) : result;
}

ssize_t sendfile64(int to, int from, off64_t *from_at, size_t length) {
  int64_t source = from_at ? *from_at : syscall(SYS_lseek, from, 0, SEEK_CUR);
  int64_t target = syscall(SYS_lseek, to, 0, SEEK_CUR);
  ssize_t result = syscall(SYS_sendfile, to, from, from_at, length);
  return result > 0 && kind_of(to) == DATA ? copied(to, target, from, source, result) : result;
}
ssize_t sendfile(int to, int from, off_t *from_at, size_t length) { return sendfile64(to, from, from_at, length); }

static int resized(int fd, int64_t length, int result) {
  if (result == 0 && kind_of(fd) == DATA) {
    pthread_mutex_lock(&lock);
    record(TRUNCATE, 0, fd, length, NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return result;
}

int ftruncate(int fd, off_t length) { return resized(fd, length, syscall(SYS_ftruncate, fd, length)); }
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
  int result = syscall(SYS_fallocate, fd, mode, offset, length);
  struct stat about;
  if (result == 0 && !(mode & FALLOC_FL_KEEP_SIZE) && kind_of(fd) == DATA
      && syscall(SYS_fstat, fd, &about) == 0) {
    return resized(fd, about.st_size, 0);
  }
  return result;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }

static int synced(int fd, int call) {
  if (kind_of(fd) != DATA) {
    return syscall(call, fd);
  }
  pthread_mutex_lock(&lock);
  record(SYNC_BEGIN, 0, fd, syscall(SYS_gettid), NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  int result = syscall(call, fd);
  int error = errno;
  pthread_mutex_lock(&lock);
  record(SYNC_END, result == 0, fd, syscall(SYS_gettid), NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* One change of names, in the record's order. */
#define NAMED(type, path, other, call) ({ \
  int named_result; \
  if (below(path)) { \
    pthread_mutex_lock(&lock); \
    named_result = call; \
    int named_error = errno; \
    if (named_result == 0) { record(type, 0, -1, 0, path, other, NULL, 0); } \
    pthread_mutex_unlock(&lock); \
    errno = named_error; \
  } else { \
    named_result = call; \
  } \
  named_result; })

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
  char place[4096], other[4096];
  const char *source = resolve(from_dir, from, place), *target = resolve(to_dir, to, other);
  return NAMED(RENAME, source, target, syscall(SYS_renameat2, from_dir, from, to_dir, to, flags));
}
int renameat(int from_dir, const char *from, int to_dir, const char *to) {
  return renameat2(from_dir, from, to_dir, to, 0);
}
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dir, const char *name, int flags) {
  char place[4096];
  const char *path = resolve(dir, name, place);
  return NAMED(flags & AT_REMOVEDIR ? RMDIR : UNLINK, path, NULL, syscall(SYS_unlinkat, dir, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
  int result = unlink(name);
  return result != 0 && errno == EISDIR ? rmdir(name) : result;
}

int mkdirat(int dir, const char *name, mode_t mode) {
  char place[4096];
  const char *path = resolve(dir, name, place);
  return NAMED(MKDIR, path, NULL, syscall(SYS_mkdirat, dir, name, mode));
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
  char place[4096], other[4096];
  const char *source = resolve(from_dir, from, place), *target = resolve(to_dir, to, other);
  return NAMED(LINK, source, target, syscall(SYS_linkat, from_dir, from, to_dir, to, flags));
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  if (fd >= 0 && flags & MAP_SHARED && protection & PROT_WRITE && kind_of(fd) == DATA) {
    pthread_mutex_lock(&lock);
    record(MAPPED, 0, fd, length, NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return (void *) syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
  return mmap(at, length, protection, flags, fd, offset);
}
