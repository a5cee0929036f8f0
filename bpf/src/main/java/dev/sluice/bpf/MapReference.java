package dev.sluice.bpf;

/** How an instruction says which map it means. */
public sealed interface MapReference {
  /**
   * A map of the same object, by name. It becomes a file descriptor when the program is encoded.
   *
   * @param name the name of a {@link MapSpec}
   */
  record Named(String name) implements MapReference {
    /**
     * @throws IllegalArgumentException if no map can have this name
     */
    public Named {
      ObjectName.check("map", name);
    }
  }

  /**
   * A file descriptor of this process ({@code BPF_PSEUDO_MAP_FD}).
   *
   * @param fd any number: a dump of a loaded program has map ids here
   */
  record Descriptor(int fd) implements MapReference {}

  /**
   * A position in the {@code fd_array} given when the program is loaded ({@code
   * BPF_PSEUDO_MAP_IDX}).
   *
   * @param index counts from 0
   */
  record Index(int index) implements MapReference {}

  /** A reference to the map with this name. */
  static MapReference of(String name) {
    return new Named(name);
  }
}
