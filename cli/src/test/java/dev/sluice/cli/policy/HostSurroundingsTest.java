package dev.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.plan.Surroundings.Binding;
import dev.sluice.policy.spec.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads found on a machine of two namespaces: the one policies are applied in, and theirs. */
class HostSurroundingsTest {
  private static final String ID = "1f2e3d4c5b6a".repeat(5) + "abcd";
  private static final String SHORT_ID = ID.substring(0, 12);

  @TempDir Path folder;
  private NetworkNamespace outside;
  private NetworkNamespace inside;
  private KernelDatapath here;
  private KernelDatapath there;

  @BeforeEach
  void open() {
    try {
      outside = NetworkNamespace.create("outside");
      inside = NetworkNamespace.create("inside");
    } catch (NotPermitted e) {
      assumeTrue(false, "needs network namespaces: " + e.getMessage());
      throw e;
    }
    here = KernelDatapath.open(outside);
    there = KernelDatapath.open(inside);
  }

  @AfterEach
  void close() {
    if (there != null) {
      here.close();
      there.close();
      outside.close();
      inside.close();
    }
  }

  private Devices devices() {
    return here.kernelDevices();
  }

  /** Its eth0 leads to w0 here. */
  private void cable(String... addresses) throws IOException {
    devices().createVeth("w0", "eth0", inside);
    Devices devices = there.kernelDevices();
    for (String address : addresses) {
      InetAddress parsed = InetAddress.getByName(address);
      devices.addAddress(
          devices.get("eth0").device(), parsed, parsed.getAddress().length == 4 ? 24 : 64);
    }
  }

  private static Workload workload(
      @Nullable String device, @Nullable String netns, @Nullable Integer pid) {
    return workload(device, netns, pid, null, null);
  }

  private static Workload container(String id) {
    return workload(null, null, null, id, null);
  }

  private static Workload workload(
      @Nullable String device,
      @Nullable String netns,
      @Nullable Integer pid,
      @Nullable String container,
      @Nullable String interfaceName,
      Prefix... addresses) {
    return new Workload(
        "shop",
        null,
        Map.of(),
        device,
        netns,
        pid,
        container,
        interfaceName,
        List.of(addresses),
        List.of());
  }

  private Workload inNamespace() {
    return workload(null, inside.path().toString(), null);
  }

  private Binding bind(Workload workload) {
    return new HostSurroundings(devices()).bind(workload);
  }

  /** With processes as the folder tells them. */
  private Binding bindFake(Workload workload) {
    return new HostSurroundings(devices(), folder).bind(workload);
  }

  private void process(int pid, String cgroup, @Nullable NetworkNamespace namespace)
      throws IOException {
    Path process = Files.createDirectories(folder.resolve(pid + "/ns"));
    Files.writeString(process.resolveSibling("cgroup"), cgroup);
    if (namespace != null) {
      Files.createSymbolicLink(process.resolve("net"), namespace.path());
    }
  }

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text));
  }

  @Test
  void findsDeviceAndAddressesByNamespace() throws IOException {
    cable("10.0.0.2", "10.0.0.3", "fd00::2", "fe80::2", "127.0.0.9");
    Binding binding = bind(inNamespace());
    assertThat(binding.device()).isEqualTo("w0");
    assertThat(binding.addresses())
        .containsExactlyInAnyOrder(prefix("10.0.0.2"), prefix("10.0.0.3"), prefix("fd00::2"));
  }

  @Test
  void knowsTheHostsOwnAddresses() throws IOException {
    cable("10.0.0.2");
    Device device = devices().get("w0").device();
    for (String address : List.of("10.0.0.1", "fd00::1", "fe80::1")) {
      devices().addAddress(device, InetAddress.getByName(address), 24);
    }
    devices().createVeth("v0", "v1", null);
    devices().addAddress(devices().get("v1").device(), InetAddress.getByName("10.0.0.1"), 32);
    // None of the workload's, nor of a link alone; one that two devices have is there once.
    assertThat(new HostSurroundings(devices()).hostAddresses())
        .containsExactlyInAnyOrder(prefix("10.0.0.1"), prefix("fd00::1"));
  }

  @Test
  void addressesThatAreSaidCount() throws IOException {
    cable("10.0.0.2");
    String path = inside.path().toString();
    Prefix said = prefix("10.0.7.0/24");
    assertThat(bind(workload(null, path, null, null, null, said)))
        .isEqualTo(new Binding("w0", List.of(said)));
  }

  @Test
  void findsAnotherInterface() throws IOException {
    cable("10.0.0.2");
    devices().createVeth("w1", "net1", inside);
    String path = inside.path().toString();
    assertThat(bind(workload(null, path, null, null, "net1")))
        .isEqualTo(new Binding("w1", List.of()));
    assertThatThrownBy(() -> bind(workload(null, path, null, null, "net2")))
        .isInstanceOf(NotFound.class)
        .hasMessage("no such device in the network namespace of workload shop: net2");
  }

  @Test
  void takesADeviceThatIsSaid() throws IOException {
    cable("10.0.0.2");
    devices().createVeth("v0", "v1", null);
    assertThat(bind(workload("v0", null, null))).isEqualTo(new Binding("v0", List.of()));
    assertThat(bind(workload("v0", inside.path().toString(), null)))
        .isEqualTo(new Binding("v0", List.of(prefix("10.0.0.2"))));
    assertThatThrownBy(() -> bind(workload("v7", null, null)))
        .isInstanceOf(NotFound.class)
        .hasMessage("no such device: v7");
    assertThatThrownBy(() -> bind(workload(null, null, null)))
        .isInstanceOf(InvalidInput.class)
        .hasMessage("workload shop: expected a device, or one of netns, pid and container");
  }

  @Test
  void findsANamespaceByItsName() throws Exception {
    String name = "sluice-test-" + ProcessHandle.current().pid();
    Process sleeper = sleeper();
    try {
      assumeTrue(run("ip", "netns", "attach", name, "" + sleeper.pid()) == 0, "needs iproute2");
      cable("10.0.0.2");
      assertThat(bind(workload(null, name, null)).device()).isEqualTo("w0");
    } finally {
      run("ip", "netns", "del", name);
      stop(sleeper);
    }
    assertThatThrownBy(() -> bind(workload(null, name, null)))
        .isInstanceOf(NotFound.class)
        .hasMessage("no such network namespace: " + name);
  }

  /** A process in the workload's namespace. */
  private Process sleeper() {
    return inside.call(() -> new ProcessBuilder("sleep", "60").start());
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static int run(String... words) throws Exception {
    try {
      return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void findsAProcess() throws Exception {
    cable("10.0.0.2");
    Process sleeper = sleeper();
    int pid = (int) sleeper.pid();
    try {
      assertThat(bind(workload(null, null, pid)))
          .isEqualTo(new Binding("w0", List.of(prefix("10.0.0.2"))));
    } finally {
      stop(sleeper);
    }
    assertThatThrownBy(() -> bind(workload(null, null, pid)))
        .isInstanceOf(NotFound.class)
        .hasMessage("no such process: " + pid);
  }

  @Test
  void findsAContainerInControlGroups() throws Exception {
    Path root = Path.of("/sys/fs/cgroup/unified");
    if (!Files.exists(root.resolve("cgroup.procs"))) {
      root = Path.of("/sys/fs/cgroup");
    }
    Path parent = root.resolve("sluice-test-" + ProcessHandle.current().pid());
    Path group = parent.resolve("docker-" + ID + ".scope");
    try {
      Files.createDirectories(group);
    } catch (IOException e) {
      assumeTrue(false, "needs control groups: " + e.getMessage());
    }
    Process sleeper = sleeper();
    try {
      cable("10.0.0.2");
      Files.writeString(group.resolve("cgroup.procs"), "" + sleeper.pid());
      assertThat(bind(container(SHORT_ID)).device()).isEqualTo("w0");
      assertThat(bind(container(ID)).device()).isEqualTo("w0");
    } finally {
      stop(sleeper);
      for (int i = 0; i < 100 && !delete(group); i++) {
        LockSupport.parkNanos(20_000_000); // until the kernel has forgotten the process
      }
      Files.delete(parent);
    }
    assertThatThrownBy(() -> bind(container(ID)))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining(ID);
  }

  private static boolean delete(Path group) {
    try {
      Files.delete(group);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void knowsHowRuntimesNameControlGroups() throws IOException {
    cable();
    String pod = "kubepods-besteffort-pod12345678_aaaa_bbbb_cccc_123456789012.slice";
    List<String> names =
        List.of(
            "0::/docker/" + ID,
            "0::/system.slice/docker-" + ID + ".scope",
            "0::/kubepods.slice/" + pod + "/cri-containerd-" + ID + ".scope",
            "0::/kubepods.slice/" + pod + "/crio-" + ID + ".scope/container",
            "0::/machine.slice/libpod-" + ID + ".scope/container",
            "0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + ID,
            "12:pids:/docker/" + ID + "\n0::/");
    for (int i = 0; i < names.size(); i++) {
      process(100 + i, names.get(i) + "\n", inside);
      for (String id : List.of(ID, SHORT_ID)) {
        assertThat(bindFake(container(id)).device()).as(names.get(i)).isEqualTo("w0");
      }
      for (String file : List.of("ns/net", "ns", "cgroup", "")) {
        Files.delete(folder.resolve(100 + i + "/" + file));
      }
    }
  }

  @Test
  void itsMonitorIsNotTheContainer() throws IOException {
    cable();
    // Started before the container, on the host, in a group of nearly the same name.
    process(41, "0::/machine.slice/libpod-conmon-" + ID + ".scope\n", outside);
    process(42, "0::/machine.slice/crio-conmon-" + ID + ".scope\n", outside);
    process(43, "0::/machine.slice/libpod-" + ID + ".scope/container\n", inside);
    assertThat(bindFake(container(SHORT_ID)).device()).isEqualTo("w0");
  }

  @Test
  void skipsProcessesThatHaveEnded() throws IOException {
    cable();
    process(41, "0::/docker/" + ID + "\n", null);
    process(9000, "0::/docker/" + ID + "\n", inside);
    assertThat(bindFake(container(SHORT_ID)).device()).isEqualTo("w0");
  }

  @Test
  void aShortIdMustMeanOneContainer() throws IOException {
    cable();
    process(41, "0::/docker/" + SHORT_ID + "0".repeat(52) + "\n", inside);
    process(42, "0::/docker/" + SHORT_ID + "1".repeat(52) + "\n", outside);
    assertThatThrownBy(() -> bindFake(container(SHORT_ID)))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("workload shop: ")
        .hasMessageContaining("begins the ids of several containers")
        .hasMessageContaining(SHORT_ID + "0")
        .hasMessageContaining(SHORT_ID + "1");
    assertThat(bindFake(container(SHORT_ID + "0")).device()).isEqualTo("w0");
  }

  @Test
  void saysWhichIdsAreWrong() throws IOException {
    cable();
    process(41, "0::/docker/" + ID + "\n", inside);
    Files.writeString(folder.resolve("version"), "not a process");
    for (String id : List.of(ID.substring(0, 11), "shop-checkout-1", ID.toUpperCase(Locale.ROOT))) {
      assertThatThrownBy(() -> bindFake(container(id)))
          .isInstanceOf(InvalidInput.class)
          .hasMessage(
              "workload shop: expected a container's id, 12 hexadecimal digits or more of it,"
                  + " found "
                  + id);
    }
    // A part from its middle is not its beginning.
    assertThatThrownBy(() -> bindFake(container(ID.substring(1))))
        .isInstanceOf(NotFound.class)
        .hasMessage("no such container with a process: " + ID.substring(1));
    assertThatThrownBy(() -> bindFake(container(ID + "0"))).isInstanceOf(NotFound.class);
  }

  @Test
  void saysWhatItsDeviceIsIfNoVeth() {
    there.kernelDevices().create("ifb", "eth0");
    assertThatThrownBy(() -> bind(inNamespace()))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "workload shop: its eth0 (ifb) does not lead to a veth device here;"
                + " say which device does: device: NAME");
  }

  @Test
  void itsVethMayLeadElsewhere() {
    try (NetworkNamespace third = NetworkNamespace.create("third");
        KernelDatapath middle = KernelDatapath.open(third)) {
      middle.kernelDevices().createVeth("w0", "eth0", inside);
      assertThatThrownBy(() -> bind(inNamespace()))
          .isInstanceOf(InvalidInput.class)
          .hasMessageContaining("its eth0 (veth) does not lead to a veth device here");
      // A device here of the same number, whose other end has the same number as its eth0.
      int wanted = middle.kernelDevices().get("w0").device().index();
      int its = there.kernelDevices().get("eth0").device().index();
      try (NetworkNamespace stranger = NetworkNamespace.create("stranger");
          KernelDatapath strange = KernelDatapath.open(stranger)) {
        devices().createVeth("x0", "eth0", stranger);
        assertThat(devices().get("x0").device().index()).isEqualTo(wanted);
        assertThat(strange.kernelDevices().get("eth0").device().index()).isEqualTo(its);
        assertThatThrownBy(() -> bind(inNamespace()))
            .isInstanceOf(InvalidInput.class)
            .hasMessageContaining("its eth0 (veth) does not lead to a veth device here");
      }
    }
  }
}
