package dev.sluice.compiler.build;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Calls of the context: its fields, the packet's bytes, and helpers that do something to both. */
final class ContextCalls {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int SIZE = 0xf;
  private static final int LAST_CB = 4;

  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Frame frame;
  private final Position position;

  ContextCalls(
      GraphBuilder builder, InstructionBuilder instructions, Frame frame, Position position) {
    this.builder = builder;
    this.instructions = instructions;
    this.frame = frame;
    this.position = position;
  }

  void follow(String name, MethodTypeDesc type) {
    switch (name) {
      case "u8" -> load(1, Type.INT);
      case "u16" -> load(2, Type.INT);
      case "u32" -> load(4, Type.INT);
      case "u64" -> load(8, Type.LONG);
      case "setU8" -> store(1);
      case "setU16" -> store(2);
      case "setU32" -> store(4);
      case "setU64" -> store(8);
      case "redirect" -> redirect(HelperFunction.REDIRECT);
      case "redirectPeer" -> redirect(HelperFunction.REDIRECT_PEER);
      case "vlanPush" -> {
        List<Node> numbers = numbers(2, name);
        numbers.set(0, swapped(numbers.getFirst(), 16));
        change(HelperFunction.SKB_VLAN_PUSH, numbers, 0);
      }
      case "vlanPop" -> change(HelperFunction.SKB_VLAN_POP, numbers(0, name), 0);
      case "changeTail" -> change(HelperFunction.SKB_CHANGE_TAIL, numbers(1, name), 1);
      case "changeHead" -> change(HelperFunction.SKB_CHANGE_HEAD, numbers(1, name), 1);
      case "pullData" -> change(HelperFunction.SKB_PULL_DATA, numbers(1, name), 0);
      case "cloneRedirect" -> change(HelperFunction.CLONE_REDIRECT, numbers(1, name), 1);
      case "adjustHead" -> change(HelperFunction.XDP_ADJUST_HEAD, numbers(1, name), 0);
      case "adjustTail" -> change(HelperFunction.XDP_ADJUST_TAIL, numbers(1, name), 0);
      case "changeType" -> result(call(HelperFunction.SKB_CHANGE_TYPE, numbers(1, name), 0));
      case "replaceL3Checksum" -> checksum(HelperFunction.L3_CSUM_REPLACE, name);
      case "replaceL4Checksum" -> checksum(HelperFunction.L4_CSUM_REPLACE, name);
      default -> field(name, type);
    }
  }

  private void load(int size, Type type) {
    Node offset = instructions.popScalar(position);
    frame.pop();
    instructions.push(builder.add(Op.PACKET_LOAD, type, 0, size, "", position, offset));
  }

  private void store(int size) {
    requireChanges("the packet is written");
    Node value = instructions.popScalar(position);
    Node offset = instructions.popScalar(position);
    frame.pop();
    builder.add(Op.PACKET_STORE, Type.VOID, 0, size, "", position, offset, value);
  }

  private void requireChanges(String what) {
    if (!builder.program().kind().mayChangePackets()) {
      throw InstructionBuilder.refused(
          position,
          what + " in a program for a cgroup",
          "such programs let packets pass or drop them; use a TCX or clsact hook");
    }
  }

  /** The numbers that a call was given, in their order; and takes the context away. */
  private List<Node> numbers(int count, String name) {
    requireChanges(name + " is called");
    List<Node> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.addFirst(instructions.popScalar(position));
    }
    frame.pop();
    return numbers;
  }

  /** Calls a helper with the context, numbers, and so many zeros for its flags. */
  private Node call(HelperFunction helper, List<Node> numbers, int zeros) {
    List<Node> arguments = new ArrayList<>(List.of(builder.context()));
    arguments.addAll(numbers);
    for (int i = 0; i < zeros; i++) {
      arguments.add(builder.constant(Type.LONG, 0, position));
    }
    return builder.add(
        Op.CALL, Type.LONG, helper.id(), 0, "", position, arguments.toArray(new Node[0]));
  }

  /** Calls a helper that may move the packet. */
  private void change(HelperFunction helper, List<Node> numbers, int zeros) {
    Node call = call(helper, numbers, zeros);
    builder.graph().movesPacket(call);
    result(call);
  }

  private void result(Node call) {
    instructions.push(builder.operate(Op.LOW32, Type.INT, position, call));
  }

  private void redirect(HelperFunction helper) {
    requireChanges("a packet is sent elsewhere");
    Node device = instructions.popScalar(position);
    frame.pop();
    Node flags = builder.constant(Type.LONG, 0, position);
    result(builder.add(Op.CALL, Type.LONG, helper.id(), 0, "", position, device, flags));
  }

  /** Numbers are handed over as they lie in the packet. */
  private void checksum(HelperFunction helper, String name) {
    List<Node> numbers = numbers(4, name);
    Node flags = numbers.get(3);
    int size = flags.isConstant() ? (int) flags.number() & SIZE : 0;
    if (size != 2 && size != 4) {
      throw InstructionBuilder.refused(
          position, "the size of what was replaced is not 2 or 4", "write a constant");
    }
    for (int i = 1; i <= 2; i++) {
      Node swapped = swapped(numbers.get(i), 8 * size);
      numbers.set(i, builder.operate(Op.ZERO32, Type.LONG, position, swapped));
    }
    change(helper, numbers, 0);
  }

  private Node swapped(Node number, int bits) {
    if (SWAPS) {
      return builder.operate(Op.SWAP, Type.INT, bits, position, number);
    }
    Node mask = builder.constant(Type.INT, bits == 16 ? 0xffff : -1, position);
    return builder.operate(Op.AND, Type.INT, position, number, mask);
  }

  private void field(String name, MethodTypeDesc type) {
    ContextKind kind = builder.program().kind();
    ContextKind.Field field =
        kind.field(name)
            .orElseThrow(
                () ->
                    InstructionBuilder.refused(
                        position,
                        "the context's %s is not for programs of type %s"
                            .formatted(name, kind.type().kernelName()),
                        ""));
    int given = type.parameterCount();
    boolean indexed = name.equals("cb");
    boolean writes = given == (indexed ? 2 : 1);
    Node value = writes ? instructions.popScalar(position) : null;
    int offset = field.offset() + (indexed ? 4 * index() : 0);
    if (value == null) {
      frame.pop();
      Type loaded = field.size() == 8 ? Type.LONG : Type.INT;
      instructions.push(builder.add(Op.CONTEXT_LOAD, loaded, offset, field.size(), "", position));
      return;
    }
    if (!kind.isWritable(name)) {
      throw InstructionBuilder.refused(
          position, "field " + name + " of the context is written", "programs may only read it");
    }
    builder.add(Op.CONTEXT_STORE, Type.VOID, offset, field.size(), "", position, value);
  }

  private int index() {
    Node index = instructions.popScalar(position);
    if (!index.isConstant() || index.number() < 0 || index.number() > LAST_CB) {
      throw InstructionBuilder.refused(
          position, "the index of cb is not a constant 0 to " + LAST_CB, "");
    }
    return (int) index.number();
  }
}
