package dev.sluice.policy.spec;

/**
 * Ports: {@code 443}, {@code 8000-8100}.
 *
 * @param first 0 to 65,535
 * @param last as much or more
 */
public record Ports(int first, int last) {
  /** Checks the range. */
  public Ports {
    if (first < 0 || last < first || last > 0xffff) {
      throw new IllegalArgumentException("expected ports from 0 to 65535: " + first + "-" + last);
    }
  }

  /** One port. */
  public static Ports of(int port) {
    return new Ports(port, port);
  }

  /**
   * Reads {@code 443} or {@code 8000-8100}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Ports parse(String text) {
    int hyphen = text.indexOf('-');
    if (hyphen < 0) {
      return of(Integer.parseInt(text));
    }
    return new Ports(
        Integer.parseInt(text.substring(0, hyphen)), Integer.parseInt(text.substring(hyphen + 1)));
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
