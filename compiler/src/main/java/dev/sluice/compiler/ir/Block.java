package dev.sluice.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes that are done one after the other, phis first. */
public final class Block {
  private final int id;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Block> predecessors = new ArrayList<>();
  private @Nullable End end;
  private Position endPosition = new Position("", 0, "");

  Block(int id) {
    this.id = id;
  }

  public int id() {
    return id;
  }

  /** May be changed. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Blocks that end with a way to this one, one entry for each way. May be changed. */
  public List<Block> predecessors() {
    return predecessors;
  }

  /** Whether it was given its end. */
  public boolean isEnded() {
    return end != null;
  }

  public End end() {
    if (end == null) {
      throw new IllegalStateException(this + " has no end");
    }
    return end;
  }

  /** Where its end comes from. */
  public Position endPosition() {
    return endPosition;
  }

  /** Ends it, and tells the blocks that it goes on with. */
  public void end(End newEnd, Position position) {
    end = newEnd;
    endPosition = position;
    newEnd.targets().forEach(target -> target.predecessors.add(this));
  }

  /** Gives it another end with the same targets, or takes care of predecessors otherwise. */
  public void replaceEnd(End newEnd) {
    end = newEnd;
  }

  /** The phis at its start. */
  public List<Node> phis() {
    return nodes.stream().takeWhile(node -> node.op() == Op.PHI).toList();
  }

  @Override
  public String toString() {
    return "b" + id;
  }
}
