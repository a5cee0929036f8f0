package dev.sluice.bpf.elf;

import dev.sluice.bpf.relocation.KernelTypes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an object file may ask of the kernel that it is to run in. Nothing is looked up before it is
 * asked for: most files ask for nothing.
 */
public interface KernelFacts {
  /** A kernel of which nothing is known. */
  KernelFacts NONE =
      new KernelFacts() {
        @Override
        public String name() {
          return "an unknown kernel";
        }

        @Override
        public Optional<KernelTypes> types() {
          return Optional.empty();
        }

        @Override
        public Optional<Integer> version() {
          return Optional.empty();
        }

        @Override
        public Optional<String> configuration(String option) {
          return Optional.empty();
        }

        @Override
        public OptionalLong address(String symbol) {
          return OptionalLong.empty();
        }
      };

  /** What messages call it. */
  String name();

  /** Its types; empty if they are not known. */
  Optional<KernelTypes> types();

  /** Its version as {@code KERNEL_VERSION(a, b, c)} of {@code linux/version.h} writes it. */
  Optional<Integer> version();

  /**
   * How it was configured.
   *
   * @param option such as {@code CONFIG_HZ}
   * @return as the configuration says it, {@code y}, {@code 1000} or {@code "text"} with its
   *     quotes; empty if it is not set
   */
  Optional<String> configuration(String option);

  /** The address of a symbol, as {@code /proc/kallsyms} tells it. */
  OptionalLong address(String symbol);
}
