// The one way between the routing thread and the kernel thread: values in order, in both directions a queue of its own.
//
// Every item has a weight (operations in a submission, objects in a chunk); the sum is bounded, except that one item is
// always let in when the queue is empty, and that `force` ignores the bound. `fd()` is readable while there is
// something to take or the queue is closed. A closed queue takes nothing more and lets go of everybody who waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "netlink/file_descriptor.h"

namespace vrfd::netlink {

template <class Item>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  int fd() const { return filled_.fd(); }

  // Takes `item` if there is room, else leaves it as it is.
  bool try_push(Item& item, std::size_t weight) {
    const std::lock_guard lock(mutex_);
    if (closed_ || !has_room(weight)) return false;
    put(std::move(item), weight);
    return true;
  }

  void force(Item item, std::size_t weight) {
    const std::lock_guard lock(mutex_);
    if (!closed_) put(std::move(item), weight);
  }

  // Waits for room; false if the queue was closed instead.
  bool push(Item item, std::size_t weight) {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [&] { return closed_ || has_room(weight); });
    if (closed_) return false;
    put(std::move(item), weight);
    return true;
  }

  // The same for several items of weight 1, which leaves the vector empty.
  bool push_all(std::vector<Item>& items) {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [&] { return closed_ || has_room(items.size()); });
    if (!closed_)
      for (Item& item : items) put(std::move(item), 1);
    items.clear();
    return !closed_;
  }

  // Appends everything there is to `items`.
  void take_all(std::vector<Item>& items) {
    {
      const std::lock_guard lock(mutex_);
      if (!closed_) filled_.clear();
      if (items.empty())
        items.swap(items_);
      else
        for (Item& item : items_) items.push_back(std::move(item));
      items_.clear();
      weight_ = 0;
    }
    emptied_.notify_all();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      filled_.raise();
    }
    emptied_.notify_all();
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  // What could be pushed now.
  std::size_t room() const {
    const std::lock_guard lock(mutex_);
    return weight_ < capacity_ ? capacity_ - weight_ : 0;
  }

 private:
  bool has_room(std::size_t weight) const { return items_.empty() || weight_ + weight <= capacity_; }

  void put(Item item, std::size_t weight) {
    if (items_.empty()) filled_.raise();
    items_.push_back(std::move(item));
    weight_ += weight;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::vector<Item> items_;
  std::size_t weight_ = 0;
  bool closed_ = false;
  Signal filled_;
};

}  // namespace vrfd::netlink
