package dev.sluice.compiler.build;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Position;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The classes that a program is made of, as class files and as classes. */
public final class ClassFiles {
  private final ClassLoader loader;
  private final Map<String, ClassModel> models = new HashMap<>();
  private final Map<String, MethodCode> methods = new HashMap<>();
  private final Map<String, Object @Nullable []> constants = new HashMap<>();

  /** Classes that this loader finds. */
  public ClassFiles(ClassLoader loader) {
    this.loader = loader;
  }

  /** The class file of a class whose name is written with slashes. */
  ClassModel model(String name, Position position) {
    ClassModel known = models.get(name);
    if (known != null) {
      return known;
    }
    try (InputStream file = open(name)) {
      if (file == null) {
        throw new CompilationException(position, "class " + dotted(name) + " is not found", "");
      }
      ClassModel model = ClassFile.of().parse(file.readAllBytes());
      models.put(name, model);
      return model;
    } catch (IOException | IllegalArgumentException e) {
      throw new CompilationException(
          position, "class " + dotted(name) + " can't be read: " + e.getMessage(), "");
    }
  }

  private @Nullable InputStream open(String name) {
    InputStream file = loader.getResourceAsStream(name + ".class");
    return file != null ? file : ClassLoader.getSystemResourceAsStream(name + ".class");
  }

  /** A method that has code, of a class or of those and the interfaces above it. */
  Optional<MethodCode> method(String owner, String name, String descriptor, Position position) {
    String key = owner + "." + name + descriptor;
    MethodCode known = methods.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    ClassModel model = model(owner, position);
    Optional<MethodCode> found =
        model.methods().stream()
            .filter(
                method ->
                    method.methodName().equalsString(name)
                        && method.methodType().equalsString(descriptor)
                        && method.code().isPresent())
            .findFirst()
            .map(method -> new MethodCode(model, method));
    if (found.isEmpty() && model.superclass().isPresent()) {
      found = method(model.superclass().get().asInternalName(), name, descriptor, position);
    }
    for (ClassEntry above : model.interfaces()) {
      if (found.isEmpty()) {
        found = method(above.asInternalName(), name, descriptor, position);
      }
    }
    found.ifPresent(method -> methods.put(key, method));
    return found;
  }

  /** A method's parameters and result, as class files name them. */
  public static String descriptor(Method method) {
    return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
        .descriptorString();
  }

  /** Where a method begins; without a line, if the class file does not tell. */
  public Position position(Method method) {
    Class<?> owner = method.getDeclaringClass();
    String name = owner.getName().replace('.', '/');
    Position unknown =
        new Position(
            owner.getSimpleName() + ".java", 0, owner.getSimpleName() + "." + method.getName());
    return method(name, method.getName(), descriptor(method), unknown)
        .map(code -> code.position(0))
        .orElse(unknown);
  }

  /** The class itself, initialized. */
  Class<?> load(String name, Position position) {
    try {
      return Class.forName(dotted(name), true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new CompilationException(
          position, "class " + dotted(name) + " can't be loaded: " + e, "");
    }
  }

  /** The constants of an enum, as the same array always; empty if it is none. */
  Optional<Object[]> constants(String name, Position position) {
    return Optional.ofNullable(
        constants.computeIfAbsent(name, _ -> load(name, position).getEnumConstants()));
  }

  static String dotted(String name) {
    return name.replace('/', '.');
  }
}
