#include "daemon/config/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vrfd::config {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error failure(const char* what, const std::filesystem::path& path) {
  return error(std::string(what) + " " + path.string() + ": " + std::generic_category().message(errno));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

mode_t mode_for(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0600;
}

// Without it a crash may forget the rename.
bool flush_directory(const std::filesystem::path& directory) {
  const Descriptor opened(::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.ok() && ::fsync(opened.get()) == 0;
}

bool write_flushed(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file.ok() && ::fchmod(file.get(), mode) == 0 && write_all(file.get(), text) && ::fsync(file.get()) == 0;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return failure("cannot open", path);
  std::string text;
  char block[65536];
  while (true) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("cannot read", path);
    if (count == 0) return Result<std::string>(boost::system::in_place_value, std::move(text));
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > file_limit)
      return error(path.string() + " is too large, expected at most " + std::to_string(file_limit >> 20) + " MiB");
  }
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  if (!write_flushed(fresh, text, mode_for(path))) {
    Error failed = failure("cannot write", fresh);
    ::unlink(fresh.c_str());
    return failed;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    Error failed = failure("cannot replace", path);
    ::unlink(fresh.c_str());
    return failed;
  }
  if (!flush_directory(path.parent_path())) return failure("cannot flush the directory of", path);
  return {};
}

}  // namespace vrfd::config
