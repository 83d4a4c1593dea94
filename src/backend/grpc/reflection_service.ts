/** Tells clients what this server speaks, by the standard reflection service in both of its versions; grpcurl and its like need no files then. */
import { type handleBidiStreamingCall, type Server, status } from "@grpc/grpc-js";
import { DescriptorFiles } from "./descriptor_files.ts";
import { serviceDefinition } from "./protocol.ts";

/** Set is the one that was asked. */
interface Request {
  host: string;
  message_request?: string;
  file_by_filename?: string;
  file_containing_symbol?: string;
  list_services?: string;
  all_extension_numbers_of_type?: string;
}

type Answer =
  | { list_services_response: { service: { name: string }[] } }
  | { file_descriptor_response: { file_descriptor_proto: Uint8Array[] } }
  | { all_extension_numbers_response: { base_type_name: string; extension_number: number[] } }
  | { error_response: { error_code: number; error_message: string } };

type Response = Answer & { valid_host: string; original_request: Request };

const SERVICES = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

export function serveReflection(server: Server): void {
  const files = new DescriptorFiles();
  const reflect: handleBidiStreamingCall<Request, Response> = (call) => {
    call.on("data", (request: Request) => {
      call.write({ valid_host: request.host, original_request: request, ...answerTo(request, files) });
    });
    call.on("end", () => call.end());
  };
  for (const service of SERVICES) server.addService(serviceDefinition(service), { ServerReflectionInfo: reflect });
}

function answerTo(request: Request, files: DescriptorFiles): Answer {
  switch (request.message_request) {
    case "list_services":
      return { list_services_response: { service: files.services.map((name) => ({ name })) } };
    case "file_by_filename":
      return fileAnswer(files, request.file_by_filename);
    case "file_containing_symbol":
      return fileAnswer(files, files.fileOf(request.file_containing_symbol ?? ""), request.file_containing_symbol);
    case "all_extension_numbers_of_type": {
      // proto3 has no extensions.
      const base_type_name = request.all_extension_numbers_of_type ?? "";
      if (files.fileOf(base_type_name) === undefined) return notFound(base_type_name);
      return { all_extension_numbers_response: { base_type_name, extension_number: [] } };
    }
    default:
      return notFound(request.message_request ?? "nothing");
  }
}

function fileAnswer(files: DescriptorFiles, name: string | undefined, asked = name): Answer {
  const found = name === undefined ? undefined : files.bytesOf(name);
  if (found === undefined) return notFound(asked ?? "");
  return { file_descriptor_response: { file_descriptor_proto: found } };
}

function notFound(what: string): Answer {
  return { error_response: { error_code: status.NOT_FOUND, error_message: `this server declares no ${what}` } };
}
