package dev.sluice.policy.plan;

import java.nio.file.Path;
import java.util.List;

/** Makes and removes places for pins. */
public interface StatePins {
  /** Makes what must be there before something can be pinned at a path. */
  void prepare(Path pin);

  /** The path that keeps an array of programs which a program jumps through. */
  Path table(int program, String map);

  /** The pins right in a folder; none where there is no such folder. */
  List<Path> list(Path folder);

  /** Removes a pin, and folders above it that were made for it and are empty now. */
  void remove(Path pin);
}
