package dev.sluice.datapath;

import org.jspecify.annotations.Nullable;

/** Something that the caller named does not exist: a device, a pin, a program, a namespace. */
public final class NotFound extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String name;
  private final @Nullable String kernelText;

  /**
   * Something that is not there.
   *
   * @param kind what kind of thing: {@code device}, {@code pin}, {@code program}
   * @param name the name or number it was asked for by
   */
  public NotFound(String kind, String name) {
    this(kind, name, null);
  }

  /**
   * Something that is not there, as the kernel says.
   *
   * @param kind what kind of thing: {@code filter}
   * @param name the name or number it was asked for by
   * @param kernelText the kernel's own words, if it gave any
   */
  public NotFound(String kind, String name, @Nullable String kernelText) {
    super("no such " + kind + ": " + name + (kernelText == null ? "" : ": " + kernelText));
    this.kind = kind;
    this.name = name;
    this.kernelText = kernelText;
  }

  /** What kind of thing it is. */
  public String kind() {
    return kind;
  }

  /** The name or number it was asked for by. */
  public String name() {
    return name;
  }

  /** The kernel's own words, null where it gave none. */
  public @Nullable String kernelText() {
    return kernelText;
  }
}
