package dev.sluice.engine.helper;

import static dev.sluice.bpf.HelperFunction.CHECK_MTU;
import static dev.sluice.bpf.HelperFunction.CLONE_REDIRECT;
import static dev.sluice.bpf.HelperFunction.COPY_FROM_USER_TASK;
import static dev.sluice.bpf.HelperFunction.CSUM_DIFF;
import static dev.sluice.bpf.HelperFunction.CSUM_LEVEL;
import static dev.sluice.bpf.HelperFunction.CSUM_UPDATE;
import static dev.sluice.bpf.HelperFunction.FIB_LOOKUP;
import static dev.sluice.bpf.HelperFunction.FOR_EACH_MAP_ELEM;
import static dev.sluice.bpf.HelperFunction.GET_BRANCH_SNAPSHOT;
import static dev.sluice.bpf.HelperFunction.GET_CGROUP_CLASSID;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_TASK;
import static dev.sluice.bpf.HelperFunction.GET_CURRENT_TASK_BTF;
import static dev.sluice.bpf.HelperFunction.GET_HASH_RECALC;
import static dev.sluice.bpf.HelperFunction.GET_NUMA_NODE_ID;
import static dev.sluice.bpf.HelperFunction.GET_PRANDOM_U32;
import static dev.sluice.bpf.HelperFunction.GET_ROUTE_REALM;
import static dev.sluice.bpf.HelperFunction.GET_SMP_PROCESSOR_ID;
import static dev.sluice.bpf.HelperFunction.GET_SOCKET_COOKIE;
import static dev.sluice.bpf.HelperFunction.GET_SOCKET_UID;
import static dev.sluice.bpf.HelperFunction.JIFFIES64;
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
import static dev.sluice.bpf.HelperFunction.PROBE_READ_KERNEL;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_KERNEL_STR;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_USER;
import static dev.sluice.bpf.HelperFunction.PROBE_READ_USER_STR;
import static dev.sluice.bpf.HelperFunction.REDIRECT;
import static dev.sluice.bpf.HelperFunction.REDIRECT_MAP;
import static dev.sluice.bpf.HelperFunction.REDIRECT_PEER;
import static dev.sluice.bpf.HelperFunction.RINGBUF_DISCARD;
import static dev.sluice.bpf.HelperFunction.RINGBUF_OUTPUT;
import static dev.sluice.bpf.HelperFunction.RINGBUF_QUERY;
import static dev.sluice.bpf.HelperFunction.RINGBUF_RESERVE;
import static dev.sluice.bpf.HelperFunction.RINGBUF_SUBMIT;
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
import static dev.sluice.bpf.HelperFunction.SKB_LOAD_BYTES;
import static dev.sluice.bpf.HelperFunction.SKB_LOAD_BYTES_RELATIVE;
import static dev.sluice.bpf.HelperFunction.SKB_PULL_DATA;
import static dev.sluice.bpf.HelperFunction.SKB_SET_TSTAMP;
import static dev.sluice.bpf.HelperFunction.SKB_STORE_BYTES;
import static dev.sluice.bpf.HelperFunction.SKB_VLAN_POP;
import static dev.sluice.bpf.HelperFunction.SKB_VLAN_PUSH;
import static dev.sluice.bpf.HelperFunction.SNPRINTF;
import static dev.sluice.bpf.HelperFunction.SPIN_UNLOCK;
import static dev.sluice.bpf.HelperFunction.STRNCMP;
import static dev.sluice.bpf.HelperFunction.TAIL_CALL;
import static dev.sluice.bpf.HelperFunction.TASK_PT_REGS;
import static dev.sluice.bpf.HelperFunction.TCP_CHECK_SYNCOOKIE;
import static dev.sluice.bpf.HelperFunction.TCP_GEN_SYNCOOKIE;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_CHECK_SYNCOOKIE_IPV4;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_CHECK_SYNCOOKIE_IPV6;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_GEN_SYNCOOKIE_IPV4;
import static dev.sluice.bpf.HelperFunction.TCP_RAW_GEN_SYNCOOKIE_IPV6;
import static dev.sluice.bpf.HelperFunction.TIMER_CANCEL;
import static dev.sluice.bpf.HelperFunction.TIMER_INIT;
import static dev.sluice.bpf.HelperFunction.TIMER_SET_CALLBACK;
import static dev.sluice.bpf.HelperFunction.TIMER_START;
import static dev.sluice.bpf.HelperFunction.TRACE_PRINTK;
import static dev.sluice.bpf.HelperFunction.TRACE_VPRINTK;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_HEAD;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_META;
import static dev.sluice.bpf.HelperFunction.XDP_ADJUST_TAIL;
import static dev.sluice.bpf.HelperFunction.XDP_GET_BUFF_LEN;
import static dev.sluice.bpf.HelperFunction.XDP_LOAD_BYTES;
import static dev.sluice.bpf.HelperFunction.XDP_STORE_BYTES;
import static dev.sluice.engine.helper.ArgumentKind.ALLOCATED_MEMORY;
import static dev.sluice.engine.helper.ArgumentKind.ALLOCATION_SIZE;
import static dev.sluice.engine.helper.ArgumentKind.ANYTHING;
import static dev.sluice.engine.helper.ArgumentKind.CONSTANT_STRING;
import static dev.sluice.engine.helper.ArgumentKind.CONTEXT;
import static dev.sluice.engine.helper.ArgumentKind.FIXED_MEMORY;
import static dev.sluice.engine.helper.ArgumentKind.FUNCTION;
import static dev.sluice.engine.helper.ArgumentKind.MAP;
import static dev.sluice.engine.helper.ArgumentKind.MAP_KEY;
import static dev.sluice.engine.helper.ArgumentKind.MAP_VALUE;
import static dev.sluice.engine.helper.ArgumentKind.MAP_VALUE_ROOM;
import static dev.sluice.engine.helper.ArgumentKind.MEMORY;
import static dev.sluice.engine.helper.ArgumentKind.MEMORY_OR_NULL;
import static dev.sluice.engine.helper.ArgumentKind.MEMORY_ROOM;
import static dev.sluice.engine.helper.ArgumentKind.MEMORY_ROOM_OR_NULL;
import static dev.sluice.engine.helper.ArgumentKind.SIZE;
import static dev.sluice.engine.helper.ArgumentKind.SIZE_OR_ZERO;
import static dev.sluice.engine.helper.ArgumentKind.SPIN_LOCK;
import static dev.sluice.engine.helper.ArgumentKind.STACK_OR_NULL;

import dev.sluice.bpf.HelperFunction;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What helpers take and give ({@code struct bpf_func_proto} in {@code net/core/filter.c}, {@code
 * kernel/bpf/helpers.c}, {@code kernel/bpf/ringbuf.c}, {@code kernel/trace/bpf_trace.c}), for those
 * that the engine has.
 */
final class HelperCatalog {
  /** Helpers after which packet pointers are invalid ({@code bpf_helper_changes_pkt_data}). */
  private static final Set<HelperFunction> CHANGES_PACKET =
      EnumSet.of(
          CLONE_REDIRECT,
          L3_CSUM_REPLACE,
          L4_CSUM_REPLACE,
          SKB_ADJUST_ROOM,
          SKB_CHANGE_HEAD,
          SKB_CHANGE_PROTO,
          SKB_CHANGE_TAIL,
          SKB_PULL_DATA,
          SKB_STORE_BYTES,
          SKB_VLAN_POP,
          SKB_VLAN_PUSH,
          XDP_ADJUST_HEAD,
          XDP_ADJUST_META,
          XDP_ADJUST_TAIL,
          TAIL_CALL);

  /** Helpers whose memory arguments may lie in the packet ({@code pkt_access}). */
  private static final Set<HelperFunction> READS_PACKET =
      EnumSet.of(
          MAP_LOOKUP_ELEM,
          MAP_UPDATE_ELEM,
          MAP_DELETE_ELEM,
          MAP_PUSH_ELEM,
          MAP_LOOKUP_PERCPU_ELEM,
          CSUM_DIFF);

  /** Helpers for programs under a GPL-compatible licence only ({@code gpl_only}). */
  private static final Set<HelperFunction> GPL_ONLY =
      EnumSet.of(
          TRACE_PRINTK,
          PERF_EVENT_READ,
          PERF_EVENT_OUTPUT,
          GET_CURRENT_TASK,
          PERF_EVENT_READ_VALUE,
          FIB_LOOKUP,
          TCP_CHECK_SYNCOOKIE,
          TCP_GEN_SYNCOOKIE,
          PROBE_READ_USER,
          PROBE_READ_KERNEL,
          PROBE_READ_USER_STR,
          PROBE_READ_KERNEL_STR,
          GET_CURRENT_TASK_BTF,
          CHECK_MTU,
          SNPRINTF,
          TIMER_INIT,
          TIMER_SET_CALLBACK,
          TIMER_START,
          TIMER_CANCEL,
          TASK_PT_REGS,
          GET_BRANCH_SNAPSHOT,
          TRACE_VPRINTK,
          COPY_FROM_USER_TASK,
          TCP_RAW_GEN_SYNCOOKIE_IPV4,
          TCP_RAW_GEN_SYNCOOKIE_IPV6,
          TCP_RAW_CHECK_SYNCOOKIE_IPV4,
          TCP_RAW_CHECK_SYNCOOKIE_IPV6);

  private static final Map<HelperFunction, HelperSignature> SIGNATURES =
      new EnumMap<>(HelperFunction.class);

  private HelperCatalog() {}

  /** The signatures of all helpers that the engine has. */
  static Map<HelperFunction, HelperSignature> signatures() {
    return SIGNATURES;
  }

  /** Whether only programs under a GPL-compatible licence may call it. */
  static boolean isGplOnly(HelperFunction helper) {
    return GPL_ONLY.contains(helper);
  }

  private static void number(HelperFunction helper, ArgumentKind... arguments) {
    add(helper, ReturnKind.INTEGER, 0, arguments);
  }

  private static void add(
      HelperFunction helper, ReturnKind returns, int fixedSize, ArgumentKind... arguments) {
    SIGNATURES.put(
        helper,
        new HelperSignature(
            helper,
            returns,
            List.of(arguments),
            fixedSize,
            CHANGES_PACKET.contains(helper),
            READS_PACKET.contains(helper),
            GPL_ONLY.contains(helper)));
  }

  static {
    maps();
    machine();
    bytes();
    shape();
    metadata();
    redirection();
  }

  private static void maps() {
    add(MAP_LOOKUP_ELEM, ReturnKind.MAP_VALUE_OR_NULL, 0, MAP, MAP_KEY);
    number(MAP_UPDATE_ELEM, MAP, MAP_KEY, MAP_VALUE, ANYTHING);
    number(MAP_DELETE_ELEM, MAP, MAP_KEY);
    number(MAP_PUSH_ELEM, MAP, MAP_VALUE, ANYTHING);
    number(MAP_POP_ELEM, MAP, MAP_VALUE_ROOM);
    number(MAP_PEEK_ELEM, MAP, MAP_VALUE_ROOM);
    add(MAP_LOOKUP_PERCPU_ELEM, ReturnKind.MAP_VALUE_OR_NULL, 0, MAP, MAP_KEY, ANYTHING);
    add(HelperFunction.SPIN_LOCK, ReturnKind.VOID, 0, SPIN_LOCK);
    add(SPIN_UNLOCK, ReturnKind.VOID, 0, SPIN_LOCK);
    number(FOR_EACH_MAP_ELEM, MAP, FUNCTION, STACK_OR_NULL, ANYTHING);
    number(LOOP, ANYTHING, FUNCTION, STACK_OR_NULL, ANYTHING);
    number(RINGBUF_OUTPUT, MAP, MEMORY, SIZE_OR_ZERO, ANYTHING);
    add(RINGBUF_RESERVE, ReturnKind.ALLOCATED_MEMORY_OR_NULL, 0, MAP, ALLOCATION_SIZE, ANYTHING);
    add(RINGBUF_SUBMIT, ReturnKind.VOID, 0, ALLOCATED_MEMORY, ANYTHING);
    add(RINGBUF_DISCARD, ReturnKind.VOID, 0, ALLOCATED_MEMORY, ANYTHING);
    number(RINGBUF_QUERY, MAP, ANYTHING);
    add(TAIL_CALL, ReturnKind.VOID, 0, CONTEXT, MAP, ANYTHING);
    number(REDIRECT_MAP, MAP, ANYTHING, ANYTHING);
  }

  /** The machine's time and chance, and text. */
  private static void machine() {
    number(KTIME_GET_NS);
    number(KTIME_GET_BOOT_NS);
    number(KTIME_GET_COARSE_NS);
    number(KTIME_GET_TAI_NS);
    number(JIFFIES64);
    number(GET_PRANDOM_U32);
    number(GET_SMP_PROCESSOR_ID);
    number(GET_NUMA_NODE_ID);
    number(TRACE_PRINTK, MEMORY, SIZE, ANYTHING, ANYTHING, ANYTHING);
    number(TRACE_VPRINTK, MEMORY, SIZE, MEMORY_OR_NULL, SIZE_OR_ZERO);
    number(
        SNPRINTF, MEMORY_ROOM_OR_NULL, SIZE_OR_ZERO, CONSTANT_STRING, MEMORY_OR_NULL, SIZE_OR_ZERO);
    number(STRNCMP, MEMORY, SIZE, CONSTANT_STRING);
  }

  /** The packet's bytes and sums over them. */
  private static void bytes() {
    number(SKB_LOAD_BYTES, CONTEXT, ANYTHING, MEMORY_ROOM, SIZE);
    number(SKB_LOAD_BYTES_RELATIVE, CONTEXT, ANYTHING, MEMORY_ROOM, SIZE, ANYTHING);
    number(SKB_STORE_BYTES, CONTEXT, ANYTHING, MEMORY, SIZE, ANYTHING);
    number(SKB_PULL_DATA, CONTEXT, ANYTHING);
    number(L3_CSUM_REPLACE, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING);
    number(L4_CSUM_REPLACE, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING);
    number(CSUM_DIFF, MEMORY_OR_NULL, SIZE_OR_ZERO, MEMORY_OR_NULL, SIZE_OR_ZERO, ANYTHING);
    number(CSUM_UPDATE, CONTEXT, ANYTHING);
    number(CSUM_LEVEL, CONTEXT, ANYTHING);
    number(SKB_ECN_SET_CE, CONTEXT);
    number(XDP_GET_BUFF_LEN, CONTEXT);
    number(XDP_LOAD_BYTES, CONTEXT, ANYTHING, MEMORY_ROOM, SIZE);
    number(XDP_STORE_BYTES, CONTEXT, ANYTHING, MEMORY, SIZE);
    number(PERF_EVENT_OUTPUT, CONTEXT, MAP, ANYTHING, MEMORY, SIZE_OR_ZERO);
  }

  /** Where the packet begins and ends. */
  private static void shape() {
    number(SKB_VLAN_PUSH, CONTEXT, ANYTHING, ANYTHING);
    number(SKB_VLAN_POP, CONTEXT);
    number(SKB_CHANGE_PROTO, CONTEXT, ANYTHING, ANYTHING);
    number(SKB_CHANGE_TYPE, CONTEXT, ANYTHING);
    number(SKB_CHANGE_TAIL, CONTEXT, ANYTHING, ANYTHING);
    number(SKB_CHANGE_HEAD, CONTEXT, ANYTHING, ANYTHING);
    number(SKB_ADJUST_ROOM, CONTEXT, ANYTHING, ANYTHING, ANYTHING);
    number(XDP_ADJUST_HEAD, CONTEXT, ANYTHING);
    number(XDP_ADJUST_META, CONTEXT, ANYTHING);
    number(XDP_ADJUST_TAIL, CONTEXT, ANYTHING);
  }

  /** What is known of the packet besides its bytes. */
  private static void metadata() {
    number(GET_HASH_RECALC, CONTEXT);
    number(SET_HASH, CONTEXT, ANYTHING);
    number(SET_HASH_INVALID, CONTEXT);
    number(GET_CGROUP_CLASSID, CONTEXT);
    number(SKB_CGROUP_CLASSID, CONTEXT);
    number(SKB_CGROUP_ID, CONTEXT);
    number(SKB_ANCESTOR_CGROUP_ID, CONTEXT, ANYTHING);
    number(GET_ROUTE_REALM, CONTEXT);
    number(GET_SOCKET_COOKIE, CONTEXT);
    number(GET_SOCKET_UID, CONTEXT);
    number(SKB_SET_TSTAMP, CONTEXT, ANYTHING, ANYTHING);
    add(CHECK_MTU, ReturnKind.INTEGER, 4, CONTEXT, ANYTHING, FIXED_MEMORY, ANYTHING, ANYTHING);
  }

  /** Sending it elsewhere. */
  private static void redirection() {
    number(REDIRECT, ANYTHING, ANYTHING);
    number(REDIRECT_PEER, ANYTHING, ANYTHING);
    number(CLONE_REDIRECT, CONTEXT, ANYTHING, ANYTHING);
  }
}
