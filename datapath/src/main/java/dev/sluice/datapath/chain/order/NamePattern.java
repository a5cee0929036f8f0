package dev.sluice.datapath.chain.order;

import java.util.regex.Pattern;

/**
 * Names of devices or programs with {@code *} for any characters and {@code ?} for one.
 *
 * @param text as it is written
 * @param regex what it means
 */
public record NamePattern(String text, Pattern regex) {
  /** Reads a name or pattern. */
  public static NamePattern of(String text) {
    String quoted = Pattern.quote(text);
    return new NamePattern(
        text, Pattern.compile(quoted.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q")));
  }

  /** Whether it may mean several devices. */
  public boolean isPattern() {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  /** Whether it means what has a name. */
  public boolean means(String name) {
    return regex.matcher(name).matches();
  }
}
