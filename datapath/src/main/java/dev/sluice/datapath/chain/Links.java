package dev.sluice.datapath.chain;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.Holders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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

  /**
   * Who holds each link, by its number, found in one look around: for listings of many. One that
   * nobody visible holds is missing.
   */
  Map<Integer, Holders> holders();
}
