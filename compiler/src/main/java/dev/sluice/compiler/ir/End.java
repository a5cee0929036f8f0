package dev.sluice.compiler.ir;

import java.util.List;

/** How a block ends. */
public sealed interface End {
  /** The blocks that it may go on with. */
  List<Block> targets();

  /** Goes on with a block. */
  record Goto(Block target) implements End {
    @Override
    public List<Block> targets() {
      return List.of(target);
    }
  }

  /**
   * Goes on with one of two blocks.
   *
   * @param left compared
   * @param right compared with; of the same type, or a constant
   * @param then where to go if the relation holds
   * @param otherwise where to go if not
   */
  record Branch(Relation relation, Node left, Node right, Block then, Block otherwise)
      implements End {
    @Override
    public List<Block> targets() {
      return List.of(then, otherwise);
    }
  }

  /** Returns the verdict. */
  record Return(Node value) implements End {
    @Override
    public List<Block> targets() {
      return List.of();
    }
  }
}
