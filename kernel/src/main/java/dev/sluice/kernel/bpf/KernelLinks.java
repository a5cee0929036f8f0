package dev.sluice.kernel.bpf;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Links;
import dev.sluice.datapath.program.Holders;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds links of the kernel, those of every network namespace. */
public final class KernelLinks implements Links {
  private final NetworkNamespace namespace;

  /**
   * The links as seen from a namespace.
   *
   * @param namespace where to look for a link's chain when a request is refused
   */
  public KernelLinks(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public List<LinkInfo> list() {
    return all();
  }

  /** All links, in the order of their numbers. */
  static List<LinkInfo> all() {
    List<LinkInfo> links = new ArrayList<>();
    ObjectId.forEach(
        BpfObject.LINK,
        id -> {
          try (Fd fd = ObjectId.open(BpfObject.LINK, id)) {
            links.add(KernelLink.read(fd));
          } catch (NotFound _) {
            // It went between the two calls.
          }
        });
    return links;
  }

  @Override
  public Link open(int id) {
    return new KernelLink(ObjectId.open(BpfObject.LINK, id), namespace);
  }

  @Override
  public Link openPinned(Path path) {
    return new KernelLink(BpfFileSystem.open(BpfObject.LINK, path), namespace);
  }

  @Override
  public Holders holders(int id) {
    return HolderScan.of(BpfObject.LINK, id);
  }

  @Override
  public Map<Integer, Holders> holders() {
    return HolderScan.of(BpfObject.LINK, _ -> true);
  }
}
