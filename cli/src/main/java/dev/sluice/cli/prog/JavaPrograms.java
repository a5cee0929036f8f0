package dev.sluice.cli.prog;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Programs that are methods in Java: of a source file, which is compiled here, of a class file in
 * the folder of its package, of all classes of a jar, or of a class that comes with Sluice, {@code
 * java:dev.sluice.programs.Firewall}.
 */
final class JavaPrograms {
  private static final String SCHEME = "java:";
  private static final String SOURCE = ".java";
  private static final String CLASS = ".class";
  private static final String JAR = ".jar";

  private JavaPrograms() {}

  /** Whether somebody means programs in Java by this. */
  static boolean isMeant(String text) {
    return text.startsWith(SCHEME) || isSource(text) || text.endsWith(CLASS) || text.endsWith(JAR);
  }

  /** Whether it is a source file. */
  static boolean isSource(String text) {
    return text.endsWith(SOURCE);
  }

  /**
   * Compiles them.
   *
   * @throws NotFound if there is no such file or class
   * @throws InvalidInput with the line, if a method holds what cannot be compiled
   */
  static ObjectSpec read(String text) {
    return read(text, Map.of());
  }

  /** Compiles them with some constants set. */
  static ObjectSpec read(String text, Map<String, Long> constants) {
    return compileAll(text, methods(text), constants);
  }

  /** Compiles those of a source file that was read already. */
  static ObjectSpec ofSource(String name, String source) {
    try {
      return compileAll(name, programs(name, JavaSource.classes(name, source)), Map.of());
    } catch (ClassNotFoundException | LinkageError e) {
      throw notLoaded(name, e);
    }
  }

  private static ObjectSpec compileAll(
      String text, List<Method> methods, Map<String, Long> constants) {
    List<ProgramSpec> programs = new ArrayList<>();
    Map<String, MapSpec> maps = new LinkedHashMap<>();
    for (Method method : methods) {
      ObjectSpec object = compile(method, constants, (_, _) -> {}).object();
      programs.addAll(object.programs());
      for (MapSpec map : object.maps()) {
        MapSpec other = maps.putIfAbsent(map.name(), map);
        if (other != null && !other.equals(map)) {
          throw new InvalidInput(text, 0, 0, "two different maps are named '" + map.name() + "'");
        }
      }
    }
    return new ObjectSpec(programs, List.copyOf(maps.values()));
  }

  /** Compiles a method, and shows what it is on the way. */
  static ProgramCompiler.Compiled compile(
      Method method, Map<String, Long> constants, ProgramCompiler.Observer observer) {
    try {
      return ProgramCompiler.compile(method, constants, observer);
    } catch (CompilationException e) {
      throw new InvalidInput(e.position().file(), e.position().line(), 0, e.problem());
    }
  }

  /** Reads {@code NAME=NUMBER}, once or several times. */
  static Map<String, Long> constants(List<String> settings) {
    Map<String, Long> constants = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      try {
        constants.put(
            setting.substring(0, Math.max(0, equals)), Long.decode(setting.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new InvalidInput(
            "command line", 0, 0, "expected NAME=NUMBER behind --const, found " + setting);
      }
    }
    return constants;
  }

  /** The methods that are programs. */
  static List<Method> methods(String text) {
    try {
      return programs(text, classes(text));
    } catch (NoSuchFileException e) {
      throw new NotFound("file", text);
    } catch (AccessDeniedException e) {
      throw new InvalidInput(text, 0, 0, "no permission to read the file");
    } catch (CharacterCodingException e) {
      throw new InvalidInput(text, 0, 0, "expected Java in UTF-8");
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidInput(text, 0, 0, "cannot be read: " + e.getMessage());
    } catch (ClassNotFoundException | LinkageError e) {
      throw notLoaded(text, e);
    }
  }

  private static List<Method> programs(String text, List<Class<?>> classes) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type : classes) {
      methods.addAll(ProgramCompiler.programsOf(type));
    }
    if (methods.isEmpty()) {
      throw new InvalidInput(text, 0, 0, "expected a method with @BpfProgram, found none");
    }
    return methods;
  }

  private static InvalidInput notLoaded(String text, Throwable cause) {
    return new InvalidInput(text, 0, 0, "a class cannot be loaded: " + cause);
  }

  private static List<Class<?>> classes(String text) throws IOException, ClassNotFoundException {
    if (text.startsWith(SCHEME)) {
      String name = text.substring(SCHEME.length());
      try {
        return List.of(Class.forName(name));
      } catch (ClassNotFoundException e) {
        throw new NotFound("class", name);
      }
    }
    Path file = Path.of(text);
    if (isSource(text)) {
      return JavaSource.classes(text, Files.readString(file));
    }
    return text.endsWith(JAR) ? ofJar(file) : List.of(ofFile(file));
  }

  private static Class<?> ofFile(Path file) throws IOException, ClassNotFoundException {
    ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
    String name = model.thisClass().asInternalName();
    Path root = file.toAbsolutePath().normalize();
    for (int i = 0; i <= name.chars().filter(c -> c == '/').count(); i++) {
      Path above = root.getParent();
      if (above == null) {
        break;
      }
      root = above;
    }
    if (!Files.isRegularFile(root.resolve(name + CLASS))) {
      throw new InvalidInput(
          file.toString(), 0, 0, "expected the class in a folder for its package: " + name + CLASS);
    }
    return loader(root).loadClass(name.replace('/', '.'));
  }

  private static List<Class<?>> ofJar(Path jar) throws IOException, ClassNotFoundException {
    if (!Files.exists(jar)) {
      throw new NoSuchFileException(jar.toString());
    }
    List<String> names = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        if (entry.getName().endsWith(CLASS)
            && !entry.getName().startsWith("META-INF/")
            && mentionsPrograms(file.getInputStream(entry).readAllBytes())) {
          names.add(entry.getName().substring(0, entry.getName().length() - CLASS.length()));
        }
      }
    }
    List<Class<?>> classes = new ArrayList<>();
    URLClassLoader loader = loader(jar);
    for (String name : names) {
      classes.add(loader.loadClass(name.replace('/', '.')));
    }
    return classes;
  }

  /** Classes without programs are not even loaded: they may need what is not there. */
  private static boolean mentionsPrograms(byte[] bytes) {
    String annotation = "Ldev/sluice/compiler/program/BpfProgram;";
    for (var entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof Utf8Entry text && text.equalsString(annotation)) {
        return true;
      }
    }
    return false;
  }

  /** Open as long as the command runs: programs' classes are loaded as they are needed. */
  private static URLClassLoader loader(Path root) throws IOException {
    return new URLClassLoader(
        new URL[] {root.toUri().toURL()}, JavaPrograms.class.getClassLoader());
  }
}
