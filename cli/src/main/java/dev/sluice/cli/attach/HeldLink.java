package dev.sluice.cli.attach;

import dev.sluice.cli.Session;
import dev.sluice.datapath.chain.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A link that lives as long as the command in the foreground. */
final class HeldLink {
  private HeldLink() {}

  /**
   * Waits for Ctrl-C. The kernel drops a link with its last holder; a filter at the classic hook
   * has to be removed by hand, which the hook does.
   */
  static void hold(Session session, Link link) {
    Thread release = Thread.ofPlatform().unstarted(link::close);
    Runtime.getRuntime().addShutdownHook(release);
    nameProcess();
    session.note("holding the link; Ctrl-C detaches");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(release);
      link.close();
      Thread.currentThread().interrupt();
    }
  }

  /** Others see who holds the link: {@code sluice}, not {@code java}. */
  private static void nameProcess() {
    try {
      Files.writeString(Path.of("/proc/self/comm"), "sluice");
    } catch (IOException _) {
      // Then it is called java: only listings are the poorer for it.
    }
  }
}
