package dev.sluice.compiler.build;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.SkBuff;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls of the context: its fields, the packet's bytes, and what changes the packet. */
final class ContextCalls {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int WORDS = 5;
  private static final int NO_QUEUE = 0xffff;

  private final GraphBuilder builder;
  private final InstructionBuilder instructions;

  ContextCalls(GraphBuilder builder, InstructionBuilder instructions) {
    this.builder = builder;
    this.instructions = instructions;
  }

  /**
   * What a call gives; null if nothing.
   *
   * @param values the context and the arguments
   */
  @Nullable Value follow(String name, List<Value> values, Position position) {
    List<Node> arguments = new ArrayList<>();
    for (Value value : values.subList(1, values.size())) {
      arguments.add(instructions.scalar(value, position));
    }
    return switch (name) {
      case "u8" -> load(1, Type.INT, arguments, position);
      case "u16" -> load(2, Type.INT, arguments, position);
      case "u32" -> load(4, Type.INT, arguments, position);
      case "u64" -> load(8, Type.LONG, arguments, position);
      case "setU8" -> store(1, arguments, position);
      case "setU16" -> store(2, arguments, position);
      case "setU32" -> store(4, arguments, position);
      case "setU64" -> store(8, arguments, position);
      case "invalidateHash" -> {
        ofContext(HelperFunction.SET_HASH_INVALID, position);
        yield null;
      }
      default -> {
        Value result = change(name, arguments, position);
        yield result != null ? result : field(name, arguments, position);
      }
    };
  }

  private Value load(int size, Type type, List<Node> arguments, Position position) {
    return new Value.Scalar(
        builder.add(Op.PACKET_LOAD, type, 0, size, "", position, arguments.getFirst()));
  }

  private @Nullable Value store(int size, List<Node> arguments, Position position) {
    if (builder.program().kind() == ContextKind.CGROUP) {
      throw InstructionBuilder.refused(
          position,
          "the packet is written",
          "programs of a control group only read it: write with a TCX program, which takes an"
              + " SkBuff");
    }
    builder.add(
        Op.PACKET_STORE,
        Type.VOID,
        0,
        size,
        "",
        position,
        arguments.getFirst(),
        arguments.getLast());
    return null;
  }

  /** What helpers do; null if the call is of a field. */
  private @Nullable Value change(String name, List<Node> arguments, Position position) {
    return switch (builder.program().kind()) {
      case SKB -> changeSkb(name, arguments, position);
      case XDP -> changeXdp(name, arguments, position);
      case CGROUP -> null;
    };
  }

  private @Nullable Value changeSkb(String name, List<Node> arguments, Position position) {
    return switch (name) {
      case "redirect" -> redirect(HelperFunction.REDIRECT, arguments, 0, position);
      case "redirectIngress" -> redirect(HelperFunction.REDIRECT, arguments, 1, position);
      case "redirectPeer" -> redirect(HelperFunction.REDIRECT_PEER, arguments, 0, position);
      case "cloneRedirect" -> flagged(HelperFunction.CLONE_REDIRECT, arguments, position);
      case "vlanPush" ->
          ofContext(
              HelperFunction.SKB_VLAN_PUSH,
              position,
              inNetworkOrder(arguments.getFirst(), 2, position),
              arguments.getLast());
      case "vlanPop" -> ofContext(HelperFunction.SKB_VLAN_POP, position);
      case "changeHead" -> flagged(HelperFunction.SKB_CHANGE_HEAD, arguments, position);
      case "changeTail" -> flagged(HelperFunction.SKB_CHANGE_TAIL, arguments, position);
      case "changeProtocol" ->
          flagged(
              HelperFunction.SKB_CHANGE_PROTO,
              List.of(inNetworkOrder(arguments.getFirst(), 2, position)),
              position);
      case "adjustRoom" ->
          ofContext(
              HelperFunction.SKB_ADJUST_ROOM,
              position,
              arguments.getFirst(),
              steady(arguments.get(1), "where room is made is", "use Room.MAC", position),
              steady(arguments.get(2), "the flags of room are", "add constants of Room", position));
      case "changeType" ->
          ofContext(HelperFunction.SKB_CHANGE_TYPE, position, arguments.getFirst());
      case "pullData" -> ofContext(HelperFunction.SKB_PULL_DATA, position, arguments.getFirst());
      case "setHash" -> ofContext(HelperFunction.SET_HASH, position, arguments.getFirst());
      case "checkMtu" -> checkMtu(arguments.getFirst(), position);
      case "replaceL3Checksum" -> checksum(HelperFunction.L3_CSUM_REPLACE, arguments, 0, position);
      case "replaceL4Checksum" ->
          checksum(
              HelperFunction.L4_CSUM_REPLACE,
              arguments,
              constant(
                  arguments.get(4),
                  "the flags of a checksum are",
                  "use PSEUDO_HEADER, ZERO_IS_NONE, both, or 0",
                  position),
              position);
      default -> null;
    };
  }

  private @Nullable Value changeXdp(String name, List<Node> arguments, Position position) {
    return switch (name) {
      case "length" -> ofContext(HelperFunction.XDP_GET_BUFF_LEN, position);
      case "redirect" -> redirect(HelperFunction.REDIRECT, arguments, 0, position);
      case "adjustHead" ->
          ofContext(HelperFunction.XDP_ADJUST_HEAD, position, arguments.getFirst());
      case "adjustTail" ->
          ofContext(HelperFunction.XDP_ADJUST_TAIL, position, arguments.getFirst());
      default -> null;
    };
  }

  /** A call of a helper with the context and what else there is. */
  private Value ofContext(HelperFunction helper, Position position, Node... arguments) {
    Node[] all = new Node[arguments.length + 1];
    all[0] = builder.context();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return call(helper, position, all);
  }

  /** The same for a helper that takes a number, and flags of which there are none. */
  private Value flagged(HelperFunction helper, List<Node> arguments, Position position) {
    return ofContext(
        helper, position, arguments.getFirst(), builder.constant(Type.LONG, 0, position));
  }

  /** The helper takes a length from the stack, 0 for the packet's own, and puts the MTU there. */
  private Value checkMtu(Node ifindex, Position position) {
    Node length = builder.room("mtu", Integer.BYTES, position);
    Node zero = builder.constant(Type.LONG, 0, position);
    builder.add(
        Op.STORE,
        Type.VOID,
        0,
        Integer.BYTES,
        "",
        position,
        length,
        builder.constant(Type.INT, 0, position));
    return ofContext(HelperFunction.CHECK_MTU, position, ifindex, length, zero, zero);
  }

  private Value redirect(
      HelperFunction helper, List<Node> arguments, long flags, Position position) {
    return call(
        helper, position, arguments.getFirst(), builder.constant(Type.LONG, flags, position));
  }

  private Value call(HelperFunction helper, Position position, Node... arguments) {
    Node result = builder.add(Op.CALL, Type.LONG, helper.id(), 0, "", position, arguments);
    return new Value.Scalar(builder.operate(Op.LOW32, Type.INT, position, result));
  }

  private Value checksum(
      HelperFunction helper, List<Node> arguments, long flags, Position position) {
    int size =
        (int)
            constant(
                arguments.get(3), "the size of a checksum's number is", "use 2 or 4", position);
    long known = SkBuff.PSEUDO_HEADER | SkBuff.ZERO_IS_NONE;
    if (size != 2 && size != 4 || (flags & ~known) != 0) {
      throw InstructionBuilder.refused(
          position,
          "a checksum is replaced with size " + size + " and flags " + flags,
          "the size is 2 or 4, the flags are PSEUDO_HEADER, ZERO_IS_NONE, both, or 0");
    }
    return ofContext(
        helper,
        position,
        arguments.getFirst(),
        inNetworkOrder(arguments.get(1), size, position),
        inNetworkOrder(arguments.get(2), size, position),
        builder.constant(Type.LONG, flags | size, position));
  }

  /** A number as helpers take it that want its bytes as they are in the packet. */
  private Node inNetworkOrder(Node number, int bytes, Position position) {
    return SWAPS ? builder.operate(Op.SWAP, Type.INT, 8L * bytes, position, number) : number;
  }

  private static long constant(Node node, String what, String instead, Position position) {
    return steady(node, what, instead, position).number();
  }

  private static Node steady(Node node, String what, String instead, Position position) {
    if (!node.isConstant()) {
      throw InstructionBuilder.refused(position, what + " known only at run time", instead);
    }
    return node;
  }

  private Value field(String name, List<Node> arguments, Position position) {
    int offset =
        builder
            .program()
            .kind()
            .field(name)
            .orElseThrow(
                () ->
                    InstructionBuilder.refused(
                        position, "the context's " + name + " is not for programs", ""));
    boolean indexed = name.equals("cb");
    if (indexed) {
      long index =
          constant(arguments.getFirst(), "the index of a control word is", "use 0 to 4", position);
      if (index < 0 || index >= WORDS) {
        throw InstructionBuilder.refused(
            position, "there is no control word " + index, "use 0 to 4");
      }
      offset += 4 * (int) index;
    }
    int size = builder.program().kind().size(name);
    if (arguments.size() == (indexed ? 1 : 0)) {
      Type type = size == 8 ? Type.LONG : Type.INT;
      return new Value.Scalar(builder.add(Op.CONTEXT_LOAD, type, offset, size, "", position));
    }
    if (!builder.program().kind().isWritable(name)) {
      throw InstructionBuilder.refused(
          position,
          "field " + name + " of the context is written",
          builder.program().kind() == ContextKind.CGROUP && ContextKind.SKB.isWritable(name)
              ? "programs of a control group may only read it: write it with a TCX program"
              : "programs may only read it");
    }
    Node value = arguments.getLast();
    // As an immediate, the kernel would take a queue that is none for one.
    boolean noQueue = name.equals("queueMapping") && value.isConstant() && !isQueue(value.number());
    if (!noQueue) {
      builder.add(Op.CONTEXT_STORE, Type.VOID, offset, size, "", position, value);
    }
    return new Value.Context();
  }

  private static boolean isQueue(long number) {
    return number >= 0 && number < NO_QUEUE;
  }
}
