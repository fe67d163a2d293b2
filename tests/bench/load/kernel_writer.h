// The kernel's own limit: a table written into it with nothing in between, in batches that share one next-hop object.
#pragma once

#include <string>

#include "tests/bench/load/table.h"

namespace vrfd::bench {

struct WritingOrder {
  std::string netns;
  std::string link;
  std::uint32_t kernel_table = 254;
  std::uint32_t gateway = 0;
  bool deleting = false;
};

// The requests, made beforehand so that writing them is all that is measured.
class KernelWriter {
 public:
  KernelWriter(const Table& table, const WritingOrder& order);
  ~KernelWriter();
  KernelWriter(const KernelWriter&) = delete;
  KernelWriter& operator=(const KernelWriter&) = delete;

  // Writes all; throws when the kernel refuses something. May be called in a thread of its own.
  void write();

 private:
  void put_next_hop(std::uint32_t gateway);
  void put_route(const Route& route, std::uint32_t kernel_table, bool deleting, bool last);
  void send_batch(const Buffer& batch);

  std::uint32_t interface_ = 0;  // found while the socket is opened
  int socket_;
  std::vector<Buffer> batches_;
};

}  // namespace vrfd::bench
