/**
 * The files of `proto/` as descriptors that other programs can link: the library leaves out which file needs which, and writes names of
 * types as they stand in the text.
 */
import descriptor, {
  type IDescriptorProto,
  type IEnumDescriptorProto,
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor/index.js";
import { fileDescriptors } from "./protocol.ts";

const FILE = descriptor.FileDescriptorProto;
const GOOGLE = "google.protobuf";

/** Descriptors by file name, and which file declares a name. */
export class DescriptorFiles {
  readonly #files = new Map<string, IFileDescriptorProto>();
  /** Full name of a message, enum, service or rpc → file name. */
  readonly #declared = new Map<string, string>();

  constructor() {
    for (const bytes of fileDescriptors()) {
      for (const file of split(FILE.toObject(FILE.decode(bytes)))) this.#add(file);
    }
    for (const file of this.#files.values()) this.#link(file);
  }

  /** Full names of the services. */
  get services(): string[] {
    return [...this.#files.values()].flatMap((file) =>
      (file.service ?? []).map(({ name }) => `${file.package}.${name}`)
    );
  }

  /** The file that declares a name; undefined when none does. */
  fileOf(symbol: string): string | undefined {
    return this.#declared.get(symbol);
  }

  /** A file and, before it, those that it needs, each as bytes; undefined for an unknown name. */
  bytesOf(name: string): Uint8Array[] | undefined {
    const needed = this.#needed(name, new Map());
    return needed && [...needed.values()].map((file) => FILE.encode(FILE.fromObject(file)).finish());
  }

  #needed(name: string, found: Map<string, IFileDescriptorProto>): Map<string, IFileDescriptorProto> | undefined {
    const file = this.#files.get(name);
    if (file === undefined) return undefined;
    for (const dependency of file.dependency ?? []) if (!found.has(dependency)) this.#needed(dependency, found);
    return found.set(name, file);
  }

  #add(file: IFileDescriptorProto): void {
    const { name = "", package: scope = "" } = file;
    this.#files.set(name, file);
    for (const message of file.messageType ?? []) this.#declare(message, { scope, name });
    for (const service of file.service ?? []) {
      this.#declared.set(`${scope}.${service.name}`, name);
      for (const rpc of service.method ?? []) this.#declared.set(`${scope}.${service.name}.${rpc.name}`, name);
    }
    for (const { name: enumName } of file.enumType ?? []) this.#declared.set(`${scope}.${enumName}`, name);
  }

  #declare(message: IDescriptorProto, { scope, name }: { scope: string; name: string }): void {
    const own = `${scope}.${message.name}`;
    const nestedEnums: IEnumDescriptorProto[] = message.enumType ?? [];
    this.#declared.set(own, name);
    for (const nested of message.nestedType ?? []) this.#declare(nested, { scope: own, name });
    for (const nested of nestedEnums) this.#declared.set(`${own}.${nested.name}`, name);
  }

  /** Writes names in full, and down which files they come from. */
  #link(file: IFileDescriptorProto): void {
    const scope = file.package ?? "";
    const needed = new Set<string>();
    const full = (name: string, within: string) => {
      const found = this.#resolve(name, within);
      const declaredIn = this.#declared.get(found);
      if (declaredIn !== undefined && declaredIn !== file.name) needed.add(declaredIn);
      return `.${found}`;
    };
    for (const message of file.messageType ?? []) qualify(message, scope, full);
    for (const rpc of (file.service ?? []).flatMap(({ method }) => method ?? [])) {
      rpc.inputType = full(rpc.inputType ?? "", scope);
      rpc.outputType = full(rpc.outputType ?? "", scope);
    }
    file.dependency = [...needed].sort();
  }

  /** The full name that a name means where it stands: the innermost scope that declares it. */
  #resolve(name: string, within: string): string {
    if (name.startsWith(".")) return name.slice(1);
    for (let scope = within; scope !== ""; scope = scope.slice(0, Math.max(0, scope.lastIndexOf(".")))) {
      if (this.#declared.has(`${scope}.${name}`)) return `${scope}.${name}`;
    }
    return name;
  }
}

function qualify(message: IDescriptorProto, scope: string, full: (name: string, within: string) => string): void {
  const own = `${scope}.${message.name}`;
  for (const field of message.field ?? []) if (field.typeName) field.typeName = full(field.typeName, own);
  for (const nested of message.nestedType ?? []) qualify(nested, own, full);
}

/** Google's own messages go back into the files where every program expects them, one each. */
function split(file: IFileDescriptorProto): IFileDescriptorProto[] {
  if (file.package !== GOOGLE) return [file];
  return (file.messageType ?? []).map((message) => {
    const name = `google/protobuf/${(message.name ?? "").toLowerCase()}.proto`;
    return { name, package: GOOGLE, syntax: "proto3", messageType: [message] };
  });
}
