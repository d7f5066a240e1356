#!/usr/bin/env python3
"""Runs a program under the restrictions of a systemd unit, where systemd is not process 1. Needs root, Linux 5.12 and libseccomp2.

    sandbox.py UNIT FOLDER PROGRAM [ARGUMENT...]

FOLDER is mounted at /opt/p2p-miner, because the unit hides /home, /root and /tmp; PROGRAM is a path in there. /var/lib and /run are made anew, with
the StateDirectory and the RuntimeDirectory of the unit in them. User and group are ids of SANDBOX_USER and SANDBOX_GROUP, which need not exist. A directive
that is not known here is an error: what is not applied is not tested. As systemd would do it:
https://www.freedesktop.org/software/systemd/man/systemd.exec.html
"""
import ctypes
import errno
import os
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]

# linux/mount.h, linux/sched.h, linux/prctl.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
CLONE_NEWNS, CLONE_NEWUTS = 0x20000, 0x4000000
NAMESPACES = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
MOUNT_ATTR_RDONLY, AT_RECURSIVE, AT_FDCWD, SYS_MOUNT_SETATTR = 1, 0x8000, -100, 442
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, PR_SET_SECUREBITS = 24, 38, 47, 4, 28

# They say how systemd is to treat the service, not what the service may do.
ABOUT_SYSTEMD = {
    "Description", "Documentation", "Wants", "After", "Type", "NotifyAccess", "EnvironmentFile", "ExecStart", "ExecReload", "Restart", "RestartSec",
    "RestartPreventExitStatus", "TimeoutStopSec", "RemoveIPC", "WantedBy", "User", "Group", "StateDirectoryMode", "RuntimeDirectoryMode", "SystemCallErrorNumber",
}


def require(result, what):
    if result < 0:
        number = ctypes.get_errno()
        sys.exit(f"sandbox: {what}: {os.strerror(number)}")


def mount(source, target, kind, flags, data=""):
    require(libc.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode()), f"mount {target}")


def tmpfs(target, mode, flags=0):
    mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV | flags, f"mode={mode}")


def read_only(target, yes, recursive=False):
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY if yes else 0, 0 if yes else MOUNT_ATTR_RDONLY, 0, 0)
    require(libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, target.encode(), AT_RECURSIVE if recursive else 0, ctypes.byref(attributes), 32), f"read-only {target}")


class Argument(ctypes.Structure):
    """struct scmp_arg_cmp of libseccomp."""
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Filter:
    ALLOW = 0x7FFF0000
    NE, EQ, MASKED = 1, 4, 7  # enum scmp_compare

    def __init__(self, default):
        self.lib = ctypes.CDLL("libseccomp.so.2")
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(default)))

    @staticmethod
    def error(number):
        return 0x00050000 | number

    def add(self, action, call, *arguments):
        number = self.lib.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # not on this processor
        array = (Argument * len(arguments))(*arguments) if arguments else None
        result = self.lib.seccomp_rule_add_array(self.context, ctypes.c_uint32(action), number, len(arguments), array)
        if result < 0:
            sys.exit(f"sandbox: rule for {call}: {os.strerror(-result)}")

    def load(self):
        result = self.lib.seccomp_load(self.context)
        if result < 0:
            sys.exit(f"sandbox: seccomp: {os.strerror(-result)}")


def system_calls(names):
    """The calls of systemd's groups, as the systemd of this machine lists them."""
    groups, name = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter"], check=True, capture_output=True, text=True).stdout.splitlines():
        word = line.split("#")[0].strip()
        if line.startswith("@"):
            name = word
            groups[name] = []
        elif word and name:
            groups[name].append(word)
        elif not word and "#" not in line:
            name = None
    calls, open_names = set(), [*names, "@default"]
    while open_names:
        one = open_names.pop()
        if one.startswith("@"):
            if one not in groups:
                sys.exit(f"sandbox: {one}: systemd-analyze knows no such group of system calls")
            open_names.extend(groups[one])
        else:
            calls.add(one)
    return calls


class Unit:
    def __init__(self, path):
        self.values = {}
        for line in open(path, encoding="utf-8"):
            line = line.strip()
            if line and line[0] not in "#[":
                key, _, value = line.partition("=")
                self.values.setdefault(key, []).append(value)
        self.unused = set(self.values) - ABOUT_SYSTEMD

    def one(self, key, default=None):
        self.unused.discard(key)
        return self.values.get(key, [default])[-1]

    def is_on(self, key):
        return self.one(key) == "yes"


def main():
    unit_path, folder, program, *arguments = sys.argv[1:]
    unit = Unit(unit_path)
    user, group = int(os.environ["SANDBOX_USER"]), int(os.environ["SANDBOX_GROUP"])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SANDBOX_")}
    environment.update(dict(value.split("=", 1) for value in unit.values.get("Environment", [])))
    unit.unused.discard("Environment")
    allowed = system_calls(unit.one("SystemCallFilter").split())

    require(libc.unshare(CLONE_NEWNS | (CLONE_NEWUTS if unit.is_on("ProtectHostname") else 0)), "unshare")
    mount("none", "/", "", MS_REC | MS_PRIVATE)

    writable = []
    tmpfs("/opt", "0755")
    os.mkdir("/opt/p2p-miner")
    mount(folder, "/opt/p2p-miner", "", MS_BIND)
    for parent, kind in (("/var/lib", "State"), ("/run", "Runtime")):
        tmpfs(parent, "0755")
        own = f"{parent}/{unit.one(f'{kind}Directory')}"
        os.mkdir(own)
        mount(own, own, "", MS_BIND)
        os.chown(own, user, group)
        os.chmod(own, int(unit.one(f"{kind}DirectoryMode"), 8))
        environment[f"{kind.upper()}_DIRECTORY"] = own
        writable.append(own)
    if unit.is_on("PrivateTmp"):
        for path in ("/tmp", "/var/tmp"):
            tmpfs(path, "1777")
            writable.append(path)
    if unit.is_on("ProtectHome"):
        for path in ("/home", "/root"):
            tmpfs(path, "0000", MS_RDONLY)
    if unit.is_on("PrivateDevices"):
        devices = {name: os.stat(f"/dev/{name}") for name in ("null", "zero", "full", "random", "urandom", "tty")}
        mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755")
        for name, facts in devices.items():
            os.mknod(f"/dev/{name}", facts.st_mode, facts.st_rdev)
            os.chmod(f"/dev/{name}", 0o666)
        os.mkdir("/dev/shm")
        tmpfs("/dev/shm", "1777", MS_NOEXEC)
        writable.append("/dev/shm")
    if unit.one("ProtectProc"):
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, f"hidepid={unit.one('ProtectProc')}")
    if unit.one("ProtectSystem") == "strict":
        read_only("/", True, recursive=True)
        for path in (*writable, "/proc"):
            read_only(path, False)
    if unit.is_on("ProtectKernelTunables"):
        mount("/proc/sys", "/proc/sys", "", MS_BIND)
        read_only("/proc/sys", True)
    if unit.is_on("ProtectControlGroups"):
        read_only("/sys", True, recursive=True)

    with open("/proc/self/oom_score_adj", "w", encoding="utf-8") as file:
        file.write(unit.one("OOMScoreAdjust", "0"))
    os.umask(int(unit.one("UMask", "0022"), 8))
    if unit.one("AmbientCapabilities") == "":
        require(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    if unit.one("CapabilityBoundingSet") == "":
        last = int(open("/proc/sys/kernel/cap_last_cap", encoding="utf-8").read())
        for capability in range(last + 1):
            require(libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), f"capability {capability}")
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    if unit.is_on("NoNewPrivileges"):
        require(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")

    refused = Filter(Filter.ALLOW)
    denied = Filter.error(errno.EPERM)
    by_directive = {
        "ProtectClock": ["adjtimex", "clock_adjtime", "clock_settime", "settimeofday"],
        "ProtectHostname": ["sethostname", "setdomainname"],
        "ProtectKernelLogs": ["syslog"],
        "ProtectKernelModules": ["init_module", "finit_module", "delete_module"],
    }
    for directive, calls in by_directive.items():
        if unit.is_on(directive):
            for call in calls:
                refused.add(denied, call)
    if unit.is_on("RestrictRealtime"):
        for policy in (1, 2, 6):  # SCHED_FIFO, SCHED_RR, SCHED_DEADLINE
            refused.add(denied, "sched_setscheduler", Argument(1, Filter.EQ, policy, 0))
    if unit.is_on("RestrictSUIDSGID"):
        for bit in (0o4000, 0o2000):
            for call, place in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
                refused.add(denied, call, Argument(place, Filter.MASKED, bit, bit))
    if unit.is_on("RestrictNamespaces"):
        for flag in NAMESPACES:
            for call in ("clone", "unshare"):
                refused.add(denied, call, Argument(0, Filter.MASKED, flag, flag))
        refused.add(denied, "setns")
        # Its flags are in memory, where a filter cannot look; the C library falls back to clone.
        refused.add(Filter.error(errno.ENOSYS), "clone3")
    if unit.is_on("LockPersonality"):
        refused.add(denied, "personality", Argument(0, Filter.NE, 0, 0))
    families = {getattr(socket, name) for name in unit.one("RestrictAddressFamilies").split()}
    for family in set(range(46)) - families:
        refused.add(Filter.error(errno.EAFNOSUPPORT), "socket", Argument(0, Filter.EQ, family, 0))
    # A filter of libseccomp refuses all but the native architecture.
    unit.one("SystemCallArchitectures")

    only = Filter(denied)
    for call in allowed:
        only.add(Filter.ALLOW, call)

    if unit.unused:
        sys.exit(f"sandbox: not applied: {', '.join(sorted(unit.unused))}")
    refused.load()
    only.load()
    os.chdir("/")
    os.execve(program, [program, *arguments], environment)


main()
