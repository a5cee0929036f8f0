package dev.sluice.engine.helper;

import static dev.sluice.bpf.HelperFunction.CGRP_STORAGE_DELETE;
import static dev.sluice.bpf.HelperFunction.CGRP_STORAGE_GET;
import static dev.sluice.bpf.HelperFunction.CHECK_MTU;
import static dev.sluice.bpf.HelperFunction.CLONE_REDIRECT;
import static dev.sluice.bpf.HelperFunction.COPY_FROM_USER;
import static dev.sluice.bpf.HelperFunction.COPY_FROM_USER_TASK;
import static dev.sluice.bpf.HelperFunction.CSUM_DIFF;
import static dev.sluice.bpf.HelperFunction.CSUM_LEVEL;
import static dev.sluice.bpf.HelperFunction.CSUM_UPDATE;
import static dev.sluice.bpf.HelperFunction.CURRENT_TASK_UNDER_CGROUP;
import static dev.sluice.bpf.HelperFunction.DYNPTR_DATA;
import static dev.sluice.bpf.HelperFunction.DYNPTR_FROM_MEM;
import static dev.sluice.bpf.HelperFunction.DYNPTR_READ;
import static dev.sluice.bpf.HelperFunction.DYNPTR_WRITE;
import static dev.sluice.bpf.HelperFunction.FIB_LOOKUP;
import static dev.sluice.bpf.HelperFunction.FIND_VMA;
import static dev.sluice.bpf.HelperFunction.FOR_EACH_MAP_ELEM;
import static dev.sluice.bpf.HelperFunction.GET_BRANCH_SNAPSHOT;
import static dev.sluice.bpf.HelperFunction.GET_CGROUP_CLASSID;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_ANCESTOR_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_COMM;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_PID_TGID;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_TASK;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_TASK_BTF;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_UID_GID;
import static dev.sluice.bpf.HelperFunction.GET_HASH_RECALC;
import static dev.sluice.bpf.HelperFunction.GET_LISTENER_SOCK;
import static dev.sluice.bpf.HelperFunction.GET_LOCAL_STORAGE;
import static dev.sluice.bpf.HelperFunction.GET_NETNS_COOKIE;
import static dev.sluice.bpf.HelperFunction.GET_NS_CURRENT_PID_TGID;
import static dev.sluice.bpf.HelperFunction.GET_NUMA_NODE_ID;
import static dev.sluice.bpf.HelperFunction.GET_PRANDOM_U32;
import static dev.sluice.bpf.HelperFunction.GET_ROUTE_REALM;
import static dev.sluice.bpf.HelperFunction.GET_SMP_PROCESSOR_ID;
import static dev.sluice.bpf.HelperFunction.GET_SOCKET_COOKIE;
import static dev.sluice.bpf.HelperFunction.GET_SOCKET_UID;
import static dev.sluice.bpf.HelperFunction.GET_TASK_STACK;
import static dev.sluice.bpf.HelperFunction.JIFFIES64;
import static dev.sluice.bpf.HelperFunction.KPTR_XCHG;
import static dev.sluice.bpf.HelperFunction.KTIME_GET_BOOT_NS;
import static dev.sluice.bpf.HelperFunction.KTIME_GET_COARSE_NS;
import static dev.sluice.bpf.HelperFunction.KTIME_GET_NS;
import static dev.sluice.bpf.HelperFunction.KTIME_GET_TAI_NS;
import static dev.sluice.bpf.HelperFunction.L3_CSUM_REPLACE;
import static dev.sluice.bpf.HelperFunction.L4_CSUM_REPLACE;
import static dev.sluice.bpf.HelperFunction.LOOP;
import static dev.sluice.bpf.HelperFunction.MAP_DELETE_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_LOOKUP_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_LOOKUP_PERCPU_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_PEEK_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_POP_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_PUSH_ELEM;
import static dev.sluice.bpf.HelperFunction.MAP_UPDATE_ELEM;
import static dev.sluice.bpf.HelperFunction.PERF_EVENT_OUTPUT;
import static dev.sluice.bpf.HelperFunction.PERF_EVENT_READ;
import static dev.sluice.bpf.HelperFunction.PERF_EVENT_READ_VALUE;
import static dev.sluice.bpf.HelperFunction.PER_CPU_PTR;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_KERNEL;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_KERNEL_STR;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_USER;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_USER_STR;
import static dev.sluice.bpf.HelperFunction.REDIRECT;
import static dev.sluice.bpf.HelperFunction.REDIRECT_MAP;
import static dev.sluice.bpf.HelperFunction.REDIRECT_NEIGH;
import static dev.sluice.bpf.HelperFunction.REDIRECT_PEER;
import static dev.sluice.bpf.HelperFunction.RINGBUF_DISCARD;
import static dev.sluice.bpf.HelperFunction.RINGBUF_DISCARD_DYNPTR;
import static dev.sluice.bpf.HelperFunction.RINGBUF_OUTPUT;
import static dev.sluice.bpf.HelperFunction.RINGBUF_QUERY;
import static dev.sluice.bpf.HelperFunction.RINGBUF_RESERVE;
import static dev.sluice.bpf.HelperFunction.RINGBUF_RESERVE_DYNPTR;
import static dev.sluice.bpf.HelperFunction.RINGBUF_SUBMIT;
import static dev.sluice.bpf.HelperFunction.RINGBUF_SUBMIT_DYNPTR;
import static dev.sluice.bpf.HelperFunction.SEND_SIGNAL;
import static dev.sluice.bpf.HelperFunction.SEND_SIGNAL_THREAD;
import static dev.sluice.bpf.HelperFunction.SET_HASH;
import static dev.sluice.bpf.HelperFunction.SET_HASH_INVALID;
import static dev.sluice.bpf.HelperFunction.SKB_ADJUST_ROOM;
import static dev.sluice.bpf.HelperFunction.SKB_ANCESTOR_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.SKB_CGROUP_CLASSID;
import static dev.sluice.bpf.HelperFunction.SKB_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.SKB_CHANGE_HEAD;
import static dev.sluice.bpf.HelperFunction.SKB_CHANGE_PROTO;
import static dev.sluice.bpf.HelperFunction.SKB_CHANGE_TAIL;
import static dev.sluice.bpf.HelperFunction.SKB_CHANGE_TYPE;
import static dev.sluice.bpf.HelperFunction.SKB_ECN_SET_CE;
import static dev.sluice.bpf.HelperFunction.SKB_GET_TUNNEL_KEY;
import static dev.sluice.bpf.HelperFunction.SKB_GET_TUNNEL_OPT;
import static dev.sluice.bpf.HelperFunction.SKB_GET_XFRM_STATE;
import static dev.sluice.bpf.HelperFunction.SKB_LOAD_BYTES;
import static dev.sluice.bpf.HelperFunction.SKB_LOAD_BYTES_RELATIVE;
import static dev.sluice.bpf.HelperFunction.SKB_PULL_DATA;
import static dev.sluice.bpf.HelperFunction.SKB_SET_TSTAMP;
import static dev.sluice.bpf.HelperFunction.SKB_SET_TUNNEL_KEY;
import static dev.sluice.bpf.HelperFunction.SKB_SET_TUNNEL_OPT;
import static dev.sluice.bpf.HelperFunction.SKB_STORE_BYTES;
import static dev.sluice.bpf.HelperFunction.SKB_UNDER_CGROUP;
import static dev.sluice.bpf.HelperFunction.SKB_VLAN_POP;
import static dev.sluice.bpf.HelperFunction.SKB_VLAN_PUSH;
import static dev.sluice.bpf.HelperFunction.SKC_LOOKUP_TCP;
import static dev.sluice.bpf.HelperFunction.SKC_TO_MPTCP_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_TCP6_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_TCP_REQUEST_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_TCP_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_TCP_TIMEWAIT_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_UDP6_SOCK;
import static dev.sluice.bpf.HelperFunction.SKC_TO_UNIX_SOCK;
import static dev.sluice.bpf.HelperFunction.SK_ANCESTOR_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.SK_ASSIGN;
import static dev.sluice.bpf.HelperFunction.SK_CGROUP_ID;
import static dev.sluice.bpf.HelperFunction.SK_FULLSOCK;
import static dev.sluice.bpf.HelperFunction.SK_LOOKUP_TCP;
import static dev.sluice.bpf.HelperFunction.SK_LOOKUP_UDP;
import static dev.sluice.bpf.HelperFunction.SK_RELEASE;
import static dev.sluice.bpf.HelperFunction.SK_STORAGE_DELETE;
import static dev.sluice.bpf.HelperFunction.SK_STORAGE_GET;
import static dev.sluice.bpf.HelperFunction.SNPRINTF;
import static dev.sluice.bpf.HelperFunction.SNPRINTF_BTF;
import static dev.sluice.bpf.HelperFunction.SPIN_LOCK;
import static dev.sluice.bpf.HelperFunction.SPIN_UNLOCK;
import static dev.sluice.bpf.HelperFunction.STRNCMP;
import static dev.sluice.bpf.HelperFunction.STRTOL;
import static dev.sluice.bpf.HelperFunction.STRTOUL;
import static dev.sluice.bpf.HelperFunction.TAIL_CALL;
import static dev.sluice.bpf.HelperFunction.TASK_PT_REGS;
import static dev.sluice.bpf.HelperFunction.TASK_STORAGE_DELETE;
import static dev.sluice.bpf.HelperFunction.TASK_STORAGE_GET;
import static dev.sluice.bpf.HelperFunction.TCP_CHECK_SYNCOOKIE;
import static dev.sluice.bpf.HelperFunction.TCP_GEN_SYNCOOKIE;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_CHECK_SYNCOOKIE_IPV4;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_CHECK_SYNCOOKIE_IPV6;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_GEN_SYNCOOKIE_IPV4;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_GEN_SYNCOOKIE_IPV6;
import static dev.sluice.bpf.HelperFunction.TCP_SOCK;
import static dev.sluice.bpf.HelperFunction.THIS_CPU_PTR;
import static dev.sluice.bpf.HelperFunction.TIMER_CANCEL;
import static dev.sluice.bpf.HelperFunction.TIMER_INIT;
import static dev.sluice.bpf.HelperFunction.TIMER_SET_CALLBACK;
import static dev.sluice.bpf.HelperFunction.TIMER_START;
import static dev.sluice.bpf.HelperFunction.TRACE_PRINTK;
import static dev.sluice.bpf.HelperFunction.TRACE_VPRINTK;
import static dev.sluice.bpf.HelperFunction.USER_RINGBUF_DRAIN;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_HEAD;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_META;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_TAIL;
import static dev.sluice.bpf.HelperFunction.XDP_GET_BUFF_LEN;
import static dev.sluice.bpf.HelperFunction.XDP_LOAD_BYTES;
import static dev.sluice.bpf.HelperFunction.XDP_STORE_BYTES;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which helpers the kernel lets the programs of each type call. A test asks the kernel for each of
 * them.
 */
final class HelperPermissions {
  /** Those of every type ({@code bpf_sk_base_func_proto}). */
  private static final Set<HelperFunction> ALL =
      EnumSet.of(
          MAP_LOOKUP_ELEM,
          MAP_UPDATE_ELEM,
          MAP_DELETE_ELEM,
          KTIME_GET_NS,
          TRACE_PRINTK,
          GET_PRANDOM_U32,
          GET_SMP_PROCESSOR_ID,
          TAIL_CALL,
          GET_CURRENT_PID_TGID,
          GET_CURRENT_UID_GID,
          GET_CURRENT_COMM,
          GET_CGROUP_CLASSID,
          PERF_EVENT_READ,
          PERF_EVENT_OUTPUT,
          GET_CURRENT_TASK,
          CURRENT_TASK_UNDER_CGROUP,
          GET_NUMA_NODE_ID,
          PERF_EVENT_READ_VALUE,
          GET_CURRENT_CGROUP_ID,
          MAP_PUSH_ELEM,
          MAP_POP_ELEM,
          MAP_PEEK_ELEM,
          SPIN_LOCK,
          SPIN_UNLOCK,
          STRTOL,
          STRTOUL,
          SEND_SIGNAL,
          PROBE_READ_USER,
          PROBE_READ_KERNEL,
          PROBE_READ_USER_STR,
          PROBE_READ_KERNEL_STR,
          SEND_SIGNAL_THREAD,
          JIFFIES64,
          GET_NS_CURRENT_PID_TGID,
          GET_CURRENT_ANCESTOR_CGROUP_ID,
          KTIME_GET_BOOT_NS,
          RINGBUF_OUTPUT,
          RINGBUF_RESERVE,
          RINGBUF_SUBMIT,
          RINGBUF_DISCARD,
          RINGBUF_QUERY,
          SKC_TO_TCP6_SOCK,
          SKC_TO_TCP_SOCK,
          SKC_TO_TCP_TIMEWAIT_SOCK,
          SKC_TO_TCP_REQUEST_SOCK,
          SKC_TO_UDP6_SOCK,
          GET_TASK_STACK,
          COPY_FROM_USER,
          SNPRINTF_BTF,
          PER_CPU_PTR,
          THIS_CPU_PTR,
          TASK_STORAGE_GET,
          TASK_STORAGE_DELETE,
          GET_CURRENT_TASK_BTF,
          KTIME_GET_COARSE_NS,
          FOR_EACH_MAP_ELEM,
          SNPRINTF,
          TIMER_INIT,
          TIMER_SET_CALLBACK,
          TIMER_START,
          TIMER_CANCEL,
          TASK_PT_REGS,
          GET_BRANCH_SNAPSHOT,
          TRACE_VPRINTK,
          SKC_TO_UNIX_SOCK,
          FIND_VMA,
          LOOP,
          STRNCMP,
          COPY_FROM_USER_TASK,
          KPTR_XCHG,
          MAP_LOOKUP_PERCPU_ELEM,
          SKC_TO_MPTCP_SOCK,
          DYNPTR_FROM_MEM,
          RINGBUF_RESERVE_DYNPTR,
          RINGBUF_SUBMIT_DYNPTR,
          RINGBUF_DISCARD_DYNPTR,
          DYNPTR_READ,
          DYNPTR_WRITE,
          DYNPTR_DATA,
          KTIME_GET_TAI_NS,
          USER_RINGBUF_DRAIN,
          CGRP_STORAGE_GET,
          CGRP_STORAGE_DELETE);

  /** Classifiers and actions besides. */
  private static final Set<HelperFunction> SCHED_CLS =
      EnumSet.of(
          SKB_STORE_BYTES,
          L3_CSUM_REPLACE,
          L4_CSUM_REPLACE,
          CLONE_REDIRECT,
          SKB_VLAN_PUSH,
          SKB_VLAN_POP,
          SKB_GET_TUNNEL_KEY,
          SKB_SET_TUNNEL_KEY,
          REDIRECT,
          GET_ROUTE_REALM,
          SKB_LOAD_BYTES,
          CSUM_DIFF,
          SKB_GET_TUNNEL_OPT,
          SKB_SET_TUNNEL_OPT,
          SKB_CHANGE_PROTO,
          SKB_CHANGE_TYPE,
          SKB_UNDER_CGROUP,
          GET_HASH_RECALC,
          SKB_CHANGE_TAIL,
          SKB_PULL_DATA,
          CSUM_UPDATE,
          SET_HASH_INVALID,
          SKB_CHANGE_HEAD,
          GET_SOCKET_COOKIE,
          GET_SOCKET_UID,
          SET_HASH,
          SKB_ADJUST_ROOM,
          SKB_GET_XFRM_STATE,
          SKB_LOAD_BYTES_RELATIVE,
          FIB_LOOKUP,
          SKB_CGROUP_ID,
          SKB_ANCESTOR_CGROUP_ID,
          SK_LOOKUP_TCP,
          SK_LOOKUP_UDP,
          SK_RELEASE,
          SK_FULLSOCK,
          TCP_SOCK,
          SKB_ECN_SET_CE,
          GET_LISTENER_SOCK,
          SKC_LOOKUP_TCP,
          TCP_CHECK_SYNCOOKIE,
          SK_STORAGE_GET,
          SK_STORAGE_DELETE,
          TCP_GEN_SYNCOOKIE,
          GET_NETNS_COOKIE,
          SK_ASSIGN,
          CSUM_LEVEL,
          SKB_CGROUP_CLASSID,
          REDIRECT_NEIGH,
          REDIRECT_PEER,
          CHECK_MTU,
          SKB_SET_TSTAMP,
          TCP_RAW_GEN_SYNCOOKIE_IPV4,
          TCP_RAW_GEN_SYNCOOKIE_IPV6,
          TCP_RAW_CHECK_SYNCOOKIE_IPV4,
          TCP_RAW_CHECK_SYNCOOKIE_IPV6);

  /** XDP programs besides. */
  private static final Set<HelperFunction> XDP =
      EnumSet.of(
          REDIRECT,
          CSUM_DIFF,
          XDP_ADJUST_HEAD,
          REDIRECT_MAP,
          XDP_ADJUST_META,
          XDP_ADJUST_TAIL,
          FIB_LOOKUP,
          SK_LOOKUP_TCP,
          SK_LOOKUP_UDP,
          SK_RELEASE,
          SKC_LOOKUP_TCP,
          TCP_CHECK_SYNCOOKIE,
          TCP_GEN_SYNCOOKIE,
          CHECK_MTU,
          XDP_GET_BUFF_LEN,
          XDP_LOAD_BYTES,
          XDP_STORE_BYTES,
          TCP_RAW_GEN_SYNCOOKIE_IPV4,
          TCP_RAW_GEN_SYNCOOKIE_IPV6,
          TCP_RAW_CHECK_SYNCOOKIE_IPV4,
          TCP_RAW_CHECK_SYNCOOKIE_IPV6);

  /** Programs of control groups besides. */
  private static final Set<HelperFunction> CGROUP_SKB =
      EnumSet.of(
          SKB_LOAD_BYTES,
          GET_SOCKET_COOKIE,
          GET_SOCKET_UID,
          SKB_LOAD_BYTES_RELATIVE,
          SKB_CGROUP_ID,
          GET_LOCAL_STORAGE,
          SKB_ANCESTOR_CGROUP_ID,
          SK_LOOKUP_TCP,
          SK_LOOKUP_UDP,
          SK_RELEASE,
          SK_FULLSOCK,
          TCP_SOCK,
          SKB_ECN_SET_CE,
          GET_LISTENER_SOCK,
          SKC_LOOKUP_TCP,
          SK_STORAGE_GET,
          SK_STORAGE_DELETE,
          GET_NETNS_COOKIE,
          SK_CGROUP_ID,
          SK_ANCESTOR_CGROUP_ID);

  /** Socket filters besides. */
  private static final Set<HelperFunction> SOCKET_FILTER =
      EnumSet.of(
          SKB_LOAD_BYTES,
          GET_SOCKET_COOKIE,
          GET_SOCKET_UID,
          SKB_LOAD_BYTES_RELATIVE,
          GET_NETNS_COOKIE);

  private static final Map<ProgramType, Set<HelperFunction>> BY_TYPE =
      new EnumMap<>(ProgramType.class);

  static {
    BY_TYPE.put(ProgramType.SCHED_CLS, SCHED_CLS);
    BY_TYPE.put(ProgramType.SCHED_ACT, SCHED_CLS);
    BY_TYPE.put(ProgramType.XDP, XDP);
    BY_TYPE.put(ProgramType.CGROUP_SKB, CGROUP_SKB);
    BY_TYPE.put(ProgramType.SOCKET_FILTER, SOCKET_FILTER);
  }

  private HelperPermissions() {}

  /** The program types that the engine runs. */
  static Set<ProgramType> types() {
    return BY_TYPE.keySet();
  }

  /** Whether the kernel lets programs of a type call a helper. */
  static boolean permits(ProgramType type, HelperFunction helper) {
    return ALL.contains(helper) || BY_TYPE.getOrDefault(type, Set.of()).contains(helper);
  }
}
