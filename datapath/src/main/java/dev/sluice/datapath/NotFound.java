package dev.sluice.datapath;

/** Something that the caller named does not exist: a device, a pin, a program, a namespace. */
public final class NotFound extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String name;

  /**
   * Something that is not there.
   *
   * @param kind what kind of thing: {@code device}, {@code pin}, {@code program}
   * @param name the name or number it was asked for by
   */
  public NotFound(String kind, String name) {
    super("no such " + kind + ": " + name);
    this.kind = kind;
    this.name = name;
  }

  /** What kind of thing it is. */
  public String kind() {
    return kind;
  }

  /** The name or number it was asked for by. */
  public String name() {
    return name;
  }
}
