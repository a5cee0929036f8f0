package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device that goes between the list of devices and a look at each. */
class VanishingDeviceTest {
  /** The kernel's datapath, with a device that is not there any more. */
  private static Datapath withGhost(KernelDatapath kernel) {
    return (Datapath)
        Proxy.newProxyInstance(
            Datapath.class.getClassLoader(),
            new Class<?>[] {Datapath.class},
            (_, method, args) -> {
              if (method.getName().equals("devices")) {
                List<Device> devices = new ArrayList<>(kernel.devices());
                devices.add(new Device(999_999, "ghost0"));
                return devices;
              }
              if (method.getName().equals("device") && args[0].equals("ghost0")) {
                return new Device(999_999, "ghost0");
              }
              try {
                return method.invoke(kernel, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Run run(Testbed bed, String... words) {
    List<String> args = new ArrayList<>(List.of("-n", bed.namespace().path().toString()));
    args.addAll(List.of(words));
    return Run.with(
        namespace -> withGhost(KernelDatapath.open(namespace)), args.toArray(String[]::new));
  }

  @Test
  void isLeftOutOfListings() {
    try (Testbed bed = Testbed.create()) {
      assertThat(run(bed, "status").succeeded().out())
          .startsWith("Nothing attached: ")
          .doesNotContain("ghost0");
      assertThat(run(bed, "tcx", "list").code()).isZero();
    }
  }

  @Test
  void isAnErrorForWhoNamedIt() {
    try (Testbed bed = Testbed.create()) {
      assertThat(run(bed, "status", "ghost0").failed(ExitCode.INPUT).err())
          .isEqualTo("sluice: no such device: ghost0\n");
      assertThat(run(bed, "tcx", "list", "ghost0").failed(ExitCode.REFUSED).err())
          .contains("ENODEV");
    }
  }
}
