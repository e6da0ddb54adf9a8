/**
 * The names of the system calls in which a thread may hang, by number. Only those: whatever else it was, its number is said.
 * From Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h` (arm64).
 */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  x64: `0 read 1 write 2 open 3 close 4 stat 5 fstat 6 lstat 7 poll 9 mmap 11 munmap 17 pread64 18 pwrite64 19 readv 20 writev
    23 select 28 madvise 35 nanosleep 42 connect 43 accept 44 sendto 45 recvfrom 46 sendmsg 47 recvmsg 61 wait4 72 fcntl 73 flock
    74 fsync 75 fdatasync 76 truncate 77 ftruncate 82 rename 83 mkdir 84 rmdir 87 unlink 137 statfs 138 fstatfs 202 futex
    217 getdents64 230 clock_nanosleep 232 epoll_wait 247 waitid 257 openat 262 newfstatat 263 unlinkat 270 pselect6 271 ppoll
    281 epoll_pwait 332 statx 426 io_uring_enter`,
  arm64: `22 epoll_pwait 25 fcntl 32 flock 35 unlinkat 43 statfs 44 fstatfs 45 truncate 46 ftruncate 56 openat 57 close 61 getdents64
    63 read 64 write 65 readv 66 writev 67 pread64 68 pwrite64 72 pselect6 73 ppoll 79 newfstatat 80 fstat 82 fsync 83 fdatasync
    95 waitid 98 futex 101 nanosleep 115 clock_nanosleep 202 accept 203 connect 206 sendto 207 recvfrom 211 sendmsg 212 recvmsg
    215 munmap 222 mmap 233 madvise 260 wait4 276 renameat2 291 statx 426 io_uring_enter`,
}

const named = new Map(
  [...(NAMES[process.arch] ?? '').matchAll(/(\d+) (\w+)/g)].map(([, id, name]) => [Number(id), name]),
)

/** `futex` for 202 on x64; `system call 512` for one without a name here. */
export function systemCallName(id: number): string {
  return named.get(id) ?? `system call ${id}`
}
