package dev.sluice.bpf.relocation;

/**
 * Names without their flavour: {@code task_struct___old} stands for {@code task_struct}, so that a
 * program can describe one type in several ways ({@code bpf_core_essential_name_len}).
 */
final class EssentialName {
  private static final int SEPARATOR = 3;

  private EssentialName() {}

  static String of(String name) {
    for (int i = name.length() - SEPARATOR - 2; i >= 0; i--) {
      if (name.startsWith("___", i + 1)
          && name.charAt(i) != '_'
          && name.charAt(i + 1 + SEPARATOR) != '_') {
        return name.substring(0, i + 1);
      }
    }
    return name;
  }
}
