package dev.sluice.bpf;

/**
 * A place in the code that a {@link CodeBuilder} makes. It may be used before it is bound. It
 * belongs to the builder that made it.
 */
public final class Label {
  /** The position of a label that is not bound yet. */
  static final int UNBOUND = -1;

  private final CodeBuilder owner;
  private final String name;
  private final boolean function;
  private int item = UNBOUND;

  Label(CodeBuilder owner, String name, boolean function) {
    this.owner = owner;
    this.name = name;
    this.function = function;
  }

  /** The name in error messages; of a function, also the name in BTF. */
  public String name() {
    return name;
  }

  /** Whether it starts a function. */
  public boolean isFunction() {
    return function;
  }

  /** Whether it has its place. */
  public boolean isBound() {
    return item != UNBOUND;
  }

  CodeBuilder owner() {
    return owner;
  }

  /** Which item of the builder it stands before. */
  int item() {
    return item;
  }

  void bind(int newItem) {
    item = newItem;
  }

  @Override
  public String toString() {
    return name;
  }
}
