package dev.sluice.datapath.chain;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.Holders;
import java.nio.file.Path;
import java.util.List;

/** A datapath's links. */
public interface Links {
  /** All links that there are, of every hook and owner. */
  List<LinkInfo> list();

  /**
   * Opens a link by its number.
   *
   * @throws NotFound if there is none
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  Link open(int id);

  /**
   * Opens a pinned link.
   *
   * @throws NotFound if the path does not exist or is not a link
   */
  Link openPinned(Path path);

  /** Who holds a link: processes and pins, as far as the caller may see them. */
  Holders holders(int id);
}
